import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unstable_readConfig } from 'wrangler';
import { freePort } from '#scripts/free-port.ts';

const projectFolder = fileURLToPath(new URL('..', import.meta.url));
const resolver = createRequire(import.meta.url);

const startTimeoutMs = 20_000;

/** workerd waits for its open sockets for ever when it is asked to end. */
const stopGraceMs = 1_000;

/** The Worker as `wrangler deploy` would send it: one module, in a folder of its own. */
export interface BuiltWorker {
  readonly folder: string;
}

/**
 * Bundles the Worker into `folder`, with wrangler and its configuration, deploying nothing.
 * @throws Error with wrangler's words when it does not build
 */
export async function buildWorker(folder: string): Promise<BuiltWorker> {
  // The API is served without the web app, which need not have been built.
  const assets = join(folder, 'no-assets');
  await mkdir(assets, { recursive: true });
  const wrangler = join(resolver.resolve('wrangler/package.json'), '../bin/wrangler.js');
  await promisify(execFile)(
    process.execPath,
    [wrangler, 'deploy', '--dry-run', '--outdir', folder, '--assets', assets],
    {
      cwd: projectFolder,
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' },
    },
  );
  return { folder };
}

export interface WorkerdOptions {
  /** What its objects have stored survives there; start again with the same folder to find it. */
  readonly storage: string;
  /** Bindings of type text: settings and secrets, over those of the wrangler configuration. */
  readonly vars: Readonly<Record<string, string>>;
  /** Where it listens, on 127.0.0.1. Any free port unless given. */
  readonly port?: number;
  /** The built web app's folder, to be served as wrangler's assets are. None is served unless given. */
  readonly webApp?: string;
  /** Where the inspector listens, on 127.0.0.1. Nowhere unless given: it slows things down. */
  readonly inspectorPort?: number;
  /** Gets what the Worker logs, by line. */
  readonly onLog?: (line: string) => void;
}

export interface RunningWorkerd {
  /** Its origin, `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Ends it politely, and after a moment anyway: open sockets would hold it for ever. */
  stop(): Promise<void>;
}

/**
 * Serves a built Worker with plain `workerd serve`, its objects on local disk, and nothing between it and its clients. It
 * reaches loopback addresses only. Dies with this process.
 * @throws Error with its output when it does not come up
 */
export async function startWorkerd(built: BuiltWorker, options: WorkerdOptions): Promise<RunningWorkerd> {
  const port = options.port ?? (await freePort());
  await mkdir(options.storage, { recursive: true });
  const config = join(built.folder, `workerd-${port}.capnp`);
  await Promise.all([
    writeFile(config, workerdConfig(port, options), { mode: 0o600 }),
    copyFile(new URL('./web-app-worker.js', import.meta.url), join(built.folder, 'assets.js')),
  ]);
  const inspector = options.inspectorPort ? [`--inspector-addr=127.0.0.1:${options.inspectorPort}`] : [];
  // workerd tells on file descriptor 3 when it listens.
  const child = spawn(
    'setpriv',
    ['--pdeathsig=SIGKILL', workerdProgram(), 'serve', '--control-fd=3', ...inspector, config],
    { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
  );
  const output = followOutput(child, options.onLog);
  try {
    await listening(child);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`workerd did not start:\n${output()}`, { cause: error });
  }
  if (child.pid === undefined) throw new Error('a process that listens has an id');
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid,
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
  };
}

type ObjectBinding = { name: string; class_name: string };

/** The configuration in Cap'n Proto's text format; its strings are written like those of JSON. */
function workerdConfig(port: number, { storage, vars, webApp }: WorkerdOptions): string {
  const worker = unstable_readConfig({ config: join(projectFolder, 'wrangler.toml') });
  const objects: ObjectBinding[] = worker.durable_objects.bindings;
  const text = (value: unknown) => JSON.stringify(value);
  const bindings = [
    ...objects.map(
      ({ name, class_name }) => `(name = ${text(name)}, durableObjectNamespace = ${text(class_name)})`,
    ),
    ...Object.entries({ ...worker.vars, ...vars }).map(
      ([name, value]) => `(name = ${text(name)}, text = ${text(String(value))})`,
    ),
    ...(webApp ? ['(name = "ASSETS", service = "assets")'] : []),
  ];
  const services = [
    '(name = "app", worker = .app)',
    '(name = "loopback", network = (allow = ["local"]))',
    `(name = "objects", disk = (path = ${text(storage)}, writable = true))`,
    ...(webApp
      ? [`(name = "files", disk = (path = ${text(webApp)}))`, '(name = "assets", worker = .assets)']
      : []),
  ];
  const namespaces = objects.map(
    ({ class_name }) =>
      `(className = ${text(class_name)}, uniqueKey = ${text(`taplive-${class_name}`)}, enableSql = true)`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    ${services.join(',\n    ')},
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "app")],
);

const app :Workerd.Worker = (
  modules = [(name = "index.js", esModule = embed "index.js")],
  compatibilityDate = ${text(worker.compatibility_date)},
  compatibilityFlags = [${worker.compatibility_flags.map(text).join(', ')}],
  bindings = [
    ${bindings.join(',\n    ')},
  ],
  durableObjectNamespaces = [
    ${namespaces.join(',\n    ')},
  ],
  durableObjectStorage = (localDisk = "objects"),
  globalOutbound = "loopback",
);

const assets :Workerd.Worker = (
  modules = [(name = "assets.js", esModule = embed "assets.js")],
  compatibilityDate = ${text(worker.compatibility_date)},
  bindings = [(name = "FILES", service = "files")],
);
`;
}

/** The program that wrangler brings with it, so that all of the project runs on one version. */
function workerdProgram(): string {
  const ofWrangler = createRequire(resolver.resolve('wrangler/package.json'));
  const { default: program }: { default: string } = ofWrangler('workerd');
  return program;
}

function followOutput(child: ChildProcess, onLog: (line: string) => void = () => {}): () => string {
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface(stream).on('line', (line) => {
      tail = `${tail}${line}\n`.slice(-4_000);
      onLog(line);
    });
  }
  return () => tail;
}

async function listening(child: ChildProcess): Promise<void> {
  const control = child.stdio[3] as Readable; // asked for as a pipe
  const signal = AbortSignal.timeout(startTimeoutMs);
  await Promise.race([
    once(createInterface(control), 'line', { signal }),
    once(child, 'exit', { signal }).then(() => Promise.reject(new Error('it ended'))),
  ]);
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const impatience = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
  await exited;
  clearTimeout(impatience);
}
