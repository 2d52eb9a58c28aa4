import { parseArgs } from 'node:util';

/** What `npm run dev` was asked for. */
export type DevOptions = {
  readonly port: number;
  /** Show every line of every part. */
  readonly verbose: boolean;
  /** Rebuild the web app when its sources change. */
  readonly watch: boolean;
  /** Forget all local data first. */
  readonly reset: boolean;
  /** A Postgres to use in place of the embedded one. */
  readonly databaseUrl: string | null;
  /** Whether demo people and orders are put into the database. */
  readonly seed: boolean;
};

/** The command line or environment makes no sense; the message says what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `npm run dev -- [options]

  --reset     start over: empties the embedded database and the rooms' local state
  --watch     rebuild the web app when its sources change (the Worker always follows its own)
  --verbose   show what every part says
  --seed      put demo people into a DATABASE_URL that is not on this machine, too
  --help      this

Environment:

  PORT            8787
  DATABASE_URL    a Postgres with PostGIS, or Neon; an embedded one without it
  TAPLIVE_STATE   the folder for local data, .taplive`;

const DEFAULT_PORT = 8787;

/**
 * Reads the command line (without node and script) and the environment.
 * Demo people have a password that everyone knows, so a database elsewhere gets them only when `--seed` asks for it.
 * @throws UsageError
 */
export function parseOptions(args: string[], env: NodeJS.ProcessEnv): DevOptions | 'help' {
  const { help, seed, ...flags } = parseFlags(args);
  if (help) return 'help';
  const databaseUrl = env.DATABASE_URL ? checkedUrl(env.DATABASE_URL) : null;
  return {
    ...flags,
    port: parsePort(env.PORT),
    databaseUrl: databaseUrl?.href ?? null,
    seed: seed || databaseUrl === null || isThisMachine(databaseUrl.hostname),
  };
}

function parseFlags(args: string[]) {
  const off = { type: 'boolean', default: false } as const;
  try {
    const options = { help: off, reset: off, watch: off, verbose: off, seed: off };
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function parsePort(text: string | undefined): number {
  if (!text) return DEFAULT_PORT;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new UsageError(`PORT must be a number from 1 to 65535, not "${text}".`);
  }
  return port;
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !url.username || url.pathname.length < 2) {
    // The text itself holds a password.
    throw new UsageError('DATABASE_URL must be postgresql://user:password@host/database.');
  }
  return url;
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
