import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-port.ts';

const debianInstallations = '/usr/lib/postgresql';
const startTimeoutMs = 20_000;

/** A Postgres of its own, gone with everything in it once stopped. */
export interface ThrowawayPostgres {
  /** Connection string of its superuser, over TCP on the loopback interface, with a password. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts an empty Postgres cluster, with PostGIS to be had, in a temporary folder. It does not outlive this process, and
 * is not durable: nothing is flushed to disk.
 * @throws Error saying what to install when Debian's packages are missing
 */
export async function startPostgres(): Promise<ThrowawayPostgres> {
  const programs = findPrograms();
  const folder = await mkdtemp(join(tmpdir(), 'taplive-postgres-'));
  const password = randomBytes(12).toString('hex');
  let server: ChildProcess | null = null;
  const stop = async () => {
    if (server && server.exitCode === null && server.signalCode === null) {
      const exited = once(server, 'exit');
      server.kill('SIGINT');
      await exited;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const data = join(folder, 'data');
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, password);
    await giveToPostgres(folder);
    const [command, args] = asPostgres([
      join(programs, 'initdb'),
      ...['--username', 'postgres', '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      ...['--encoding', 'UTF8', '--locale', 'C.UTF-8', '--no-sync', '--pgdata', data],
    ]);
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
    const port = await freePort();
    server = startServer(join(programs, 'postgres'), data, port);
    const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
    await waitUntilReady(server, url);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startServer(program: string, data: string, port: number): ChildProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '64MB',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    log_min_messages: 'fatal',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, args] = asPostgres([program, '-D', data, ...options]);
  return spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: data });
}

async function waitUntilReady(server: ChildProcess, url: string): Promise<void> {
  let log = '';
  server.stderr?.on('data', (chunk) => {
    log = `${log}${chunk}`.slice(-4_000);
  });
  const giveUpAt = Date.now() + startTimeoutMs;
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null)
      throw new Error(`Postgres did not start:\n${log}`);
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      await client.end().catch(() => {});
      if (Date.now() > giveUpAt) throw new Error(`Postgres cannot be reached:\n${log}`, { cause: error });
      await sleep(50);
    }
  }
}

/** The newest installed Postgres that has PostGIS. */
function findPrograms(): string {
  const versions = existsSync(debianInstallations) ? readdirSync(debianInstallations) : [];
  const usable = versions
    .filter((version) => existsSync(join(debianInstallations, version, 'bin/initdb')))
    .filter((version) => existsSync(`/usr/share/postgresql/${version}/extension/postgis.control`))
    .sort((a, b) => Number(b) - Number(a));
  if (!usable[0]) {
    throw new Error(
      'Real Postgres needs Debian packages: apt-get install postgresql-15 postgresql-15-postgis-3 ' +
        '(any version of both will do).',
    );
  }
  return join(debianInstallations, usable[0], 'bin');
}

const isRoot = process.getuid?.() === 0;

/**
 * Postgres refuses to run as root, and becomes the user `postgres` then, which its packages make. It dies with this process.
 */
function asPostgres(command: readonly string[]): [string, string[]] {
  const identity = isRoot ? ['--reuid=postgres', '--regid=postgres', '--init-groups'] : [];
  return ['setpriv', [...identity, '--pdeathsig=SIGQUIT', ...command]];
}

async function giveToPostgres(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  if (!isRoot) return;
  const { status, stderr } = spawnSync('chown', ['-R', 'postgres:postgres', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cannot give ${folder} to the user postgres: ${stderr}`);
}
