import { parseArgs } from 'node:util';
import type { MediaBackend } from './media.ts';

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
  /** The Stripe account to use in place of the simulator. */
  readonly stripe: RealStripe | null;
  /** What carries video. */
  readonly media: MediaBackend;
  /** TURN servers for those who cannot reach the origin directly, as the Worker takes them. */
  readonly turn: Readonly<Record<string, string>>;
  /** Whether demo people and orders are put into the database. */
  readonly seed: boolean;
};

/** What the Worker needs to use Stripe itself, as it stands in the environment. */
export type RealStripe = {
  readonly STRIPE_SECRET_KEY: string;
  readonly STRIPE_PUBLISHABLE_KEY: string;
  readonly STRIPE_WEBHOOK_SECRET: string;
  readonly STRIPE_CONNECT_WEBHOOK_SECRET: string;
  readonly SETTLEMENT_CURRENCIES: string;
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

  PORT                8787
  DATABASE_URL        a Postgres with PostGIS, or Neon; an embedded one without it
  STRIPE_SECRET_KEY   a test key of Stripe, to use it instead of the simulator; with it STRIPE_PUBLISHABLE_KEY,
                      STRIPE_WEBHOOK_SECRET, STRIPE_CONNECT_WEBHOOK_SECRET and, if not USD, SETTLEMENT_CURRENCIES
  MEDIA_BACKEND       none runs without video: orders start by the place alone, and say so
  TURN_URLS           TURN servers for video, with TURN_SECRET; or CLOUDFLARE_TURN_KEY_ID with CLOUDFLARE_TURN_API_TOKEN
  TAPLIVE_STATE       the folder for local data, .taplive`;

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
    stripe: env.STRIPE_SECRET_KEY ? realStripe(env.STRIPE_SECRET_KEY, env) : null,
    media: parseMedia(env.MEDIA_BACKEND),
    turn: Object.fromEntries(TURN_SETTINGS.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
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

const TURN_SETTINGS = ['TURN_URLS', 'TURN_SECRET', 'CLOUDFLARE_TURN_KEY_ID', 'CLOUDFLARE_TURN_API_TOKEN'];

function parseMedia(text: string | undefined): MediaBackend {
  if (!text || text === 'sfu-origin') return 'sfu-origin';
  if (text === 'none') return 'none';
  throw new UsageError(`MEDIA_BACKEND must be none or sfu-origin, not "${text}".`);
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !url.username || url.pathname.length < 2) {
    // The text itself holds a password.
    throw new UsageError('DATABASE_URL must be postgresql://user:password@host/database.');
  }
  return url;
}

function realStripe(secretKey: string, env: NodeJS.ProcessEnv): RealStripe {
  if (!/^(sk|rk)_test_/.test(secretKey)) {
    throw new UsageError(
      'STRIPE_SECRET_KEY must be a test key here, sk_test_… or rk_test_…: no real money in development.',
    );
  }
  const needed = (
    name: 'STRIPE_PUBLISHABLE_KEY' | 'STRIPE_WEBHOOK_SECRET' | 'STRIPE_CONNECT_WEBHOOK_SECRET',
  ) => {
    const value = env[name];
    if (value) return value;
    throw new UsageError(
      `STRIPE_SECRET_KEY is set, so Stripe itself is used, and ${name} is needed, too. Keys are in Stripe's dashboard; ` +
        'the secret of webhooks that come to this machine is told by: stripe listen --forward-to <address>/webhooks/stripe ' +
        '--forward-connect-to <address>/webhooks/stripe-connect',
    );
  };
  return {
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_PUBLISHABLE_KEY: needed('STRIPE_PUBLISHABLE_KEY'),
    STRIPE_WEBHOOK_SECRET: needed('STRIPE_WEBHOOK_SECRET'),
    STRIPE_CONNECT_WEBHOOK_SECRET: needed('STRIPE_CONNECT_WEBHOOK_SECRET'),
    SETTLEMENT_CURRENCIES: env.SETTLEMENT_CURRENCIES || 'USD',
  };
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
