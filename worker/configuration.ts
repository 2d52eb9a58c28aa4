import { MEDIA_BACKENDS } from '#domain/live/show.ts';
import { currencyRules } from '#domain/money/currencies.ts';
import type { Env } from '#durable-objects/env.ts';
import { settlementCurrencies } from '#durable-objects/settlement-currencies.ts';
import { isLive } from '#payments/stripe/client.ts';

const MIN_SECRET_BYTES = 32;

/** Secrets that stand in our own files, or that people write into their place. */
const KNOWN_SECRETS = /development|change.?me|example|secret|^(.)\1*$/i;

/**
 * What is wrong with the configuration, one line each, naming the setting and never its value; empty when all is well.
 * Production is refused what only development may have.
 */
export function configurationProblems(env: Env): string[] {
  const problems: string[] = [];
  if (!env.DATABASE_URL) problems.push('DATABASE_URL is not set');
  if (new TextEncoder().encode(env.JWT_SECRET ?? '').length < MIN_SECRET_BYTES) {
    problems.push(`JWT_SECRET must have at least ${MIN_SECRET_BYTES} bytes`);
  }
  if (!['development', 'test', 'production'].includes(env.ENVIRONMENT)) {
    problems.push('ENVIRONMENT must be development, test or production');
  }
  if (!['cloudflare', 'x-forwarded-for', 'none'].includes(env.TRUSTED_PROXY)) {
    problems.push('TRUSTED_PROXY must be cloudflare, x-forwarded-for or none');
  }
  if (env.ANONYMOUS_LIMIT !== undefined && !/^[1-9]\d{0,8}$/.test(env.ANONYMOUS_LIMIT)) {
    problems.push('ANONYMOUS_LIMIT must be a whole number');
  }
  problems.push(...stripeProblems(env), ...mediaProblems(env));
  if (env.ENVIRONMENT !== 'production') return problems;

  if (KNOWN_SECRETS.test(env.JWT_SECRET ?? '')) problems.push('JWT_SECRET is a default one');
  if (env.DEMO_PEOPLE === 'true') problems.push('DEMO_PEOPLE is not for production');
  if (env.MEDIA_BACKEND === 'none') {
    problems.push('MEDIA_BACKEND must not be none: nobody could be seen live');
  }
  for (const name of ['MEDIA_ORIGIN_SECRET', 'TURN_SECRET'] as const) {
    if (KNOWN_SECRETS.test(env[name] ?? '')) problems.push(`${name} is a default one`);
  }
  return problems;
}

/** Real money and a stand-in for Stripe never come together, and production knows only real money. */
function stripeProblems(env: Env): string[] {
  const problems: string[] = [];
  const key = env.STRIPE_SECRET_KEY ?? '';
  const production = env.ENVIRONMENT === 'production';
  if (!/^(sk|rk)_(test|live)_\w+$/.test(key)) {
    problems.push('STRIPE_SECRET_KEY must be a secret or restricted key of Stripe: sk_… or rk_…');
  } else if (production && !isLive(key)) {
    problems.push('STRIPE_SECRET_KEY is a test key: providers would work for money that is none');
  } else if (!(isLive(key) ? /^pk_live_\w+$/ : /^pk_test_\w+$/).test(env.STRIPE_PUBLISHABLE_KEY ?? '')) {
    problems.push('STRIPE_PUBLISHABLE_KEY must be the pk_… key of the same mode, test or live');
  }
  for (const name of ['STRIPE_WEBHOOK_SECRET', 'STRIPE_CONNECT_WEBHOOK_SECRET'] as const) {
    if (!/^whsec_.+$/.test(env[name] ?? ''))
      problems.push(`${name} must be the secret of its endpoint: whsec_…`);
  }
  if (env.STRIPE_API_URL) {
    if (production) problems.push('STRIPE_API_URL is not for production');
    else if (isLive(key)) problems.push('STRIPE_API_URL must not be set together with a live key');
    else if (!isOrigin(env.STRIPE_API_URL))
      problems.push('STRIPE_API_URL must be an origin: http://127.0.0.1:4242');
  }
  const currencies = settlementCurrencies(env);
  if (currencies.length === 0) problems.push('SETTLEMENT_CURRENCIES must name at least one currency');
  else if (currencies.some((code) => currencyRules(code) === null))
    problems.push('SETTLEMENT_CURRENCIES names a currency that is not supported');
  return problems;
}

/** What carries video, and how browsers get through to it. */
function mediaProblems(env: Env): string[] {
  const problems: string[] = [];
  if (!MEDIA_BACKENDS.includes(env.MEDIA_BACKEND)) {
    problems.push(`MEDIA_BACKEND must be ${MEDIA_BACKENDS.join(' or ')}`);
  }
  const secret = new TextEncoder().encode(env.MEDIA_ORIGIN_SECRET ?? '');
  if (env.MEDIA_BACKEND === 'sfu-origin' && secret.length < MIN_SECRET_BYTES) {
    problems.push(
      `MEDIA_ORIGIN_SECRET must have at least ${MIN_SECRET_BYTES} bytes, the same as media origins have`,
    );
  }
  const urls = env.TURN_URLS?.split(',').map((url) => url.trim()) ?? [];
  if (env.TURN_URLS && !urls.every((url) => /^(turn|stun)s?:[^\s/]+$/.test(url))) {
    problems.push('TURN_URLS must be turn:, turns: or stun: addresses, separated by commas');
  }
  if (urls.some((url) => url.startsWith('turn')) && !env.TURN_SECRET) {
    problems.push('TURN_SECRET is not set: it is what TURN_URLS share with us');
  }
  if (Boolean(env.CLOUDFLARE_TURN_KEY_ID) !== Boolean(env.CLOUDFLARE_TURN_API_TOKEN)) {
    problems.push('CLOUDFLARE_TURN_KEY_ID and CLOUDFLARE_TURN_API_TOKEN must be set together');
  }
  return problems;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}
