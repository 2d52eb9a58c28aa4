import { describe, expect, it } from 'vitest';
import { parseOptions, UsageError } from './options.ts';

describe('the options of npm run dev', () => {
  it('without any: the embedded database with demo people on 8787', () => {
    expect(parseOptions([], {})).toEqual({
      port: 8787,
      verbose: false,
      watch: false,
      reset: false,
      databaseUrl: null,
      stripe: null,
      media: 'sfu-origin',
      turn: {},
      seed: true,
    });
  });

  it('runs without video when asked to, and passes TURN servers on', () => {
    const env = { MEDIA_BACKEND: 'none', TURN_URLS: 'turn:a.example:3478', TURN_SECRET: 's', OTHER: 'x' };
    const { MEDIA_BACKEND: _, OTHER: __, ...turn } = env;
    expect(parseOptions([], env)).toMatchObject({ media: 'none', turn });
    expect(() => parseOptions([], { MEDIA_BACKEND: 'webrtc' })).toThrow(/MEDIA_BACKEND must be none or/);
  });

  it('reads flags and PORT', () => {
    expect(parseOptions(['--reset', '--watch', '--verbose'], { PORT: '9000' })).toMatchObject({
      port: 9000,
      reset: true,
      watch: true,
      verbose: true,
    });
    expect(parseOptions(['--reset', '--help'], {})).toBe('help');
  });

  it.each(['0', '65536', '80.5', 'http', '-1', '1e3', ' 80'])('refuses PORT=%s', (PORT) => {
    expect(() => parseOptions([], { PORT })).toThrow(UsageError);
  });

  it('refuses what it does not know, and says what it knows', () => {
    expect(() => parseOptions(['--rest'], {})).toThrow(/--reset {5}start over/);
    expect(() => parseOptions(['reset'], {})).toThrow(UsageError);
  });

  it('puts demo people into a database on this machine, and elsewhere only when asked to', () => {
    const seeds = (DATABASE_URL: string, ...args: string[]) => {
      const options = parseOptions(args, { DATABASE_URL });
      return options !== 'help' && options.seed;
    };
    expect(seeds('postgres://a:b@localhost/taplive')).toBe(true);
    expect(seeds('postgres://a:b@127.0.0.1:5433/taplive')).toBe(true);
    expect(seeds('postgres://a:b@[::1]/taplive')).toBe(true);
    expect(seeds('postgres://a:b@db.example.com/taplive')).toBe(false);
    expect(seeds('postgres://a:b@127.0.0.1.example.com/taplive')).toBe(false);
    expect(seeds('postgres://a:b@db.example.com/taplive', '--seed')).toBe(true);
  });

  it('uses Stripe itself when there is a test key, and then needs all that belongs to it', () => {
    const env = {
      STRIPE_SECRET_KEY: 'sk_test_1',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
      STRIPE_WEBHOOK_SECRET: 'whsec_1',
      STRIPE_CONNECT_WEBHOOK_SECRET: 'whsec_2',
    };
    expect(parseOptions([], env)).toMatchObject({ stripe: { ...env, SETTLEMENT_CURRENCIES: 'USD' } });
    expect(parseOptions([], { ...env, SETTLEMENT_CURRENCIES: 'EUR' })).toMatchObject({
      stripe: { SETTLEMENT_CURRENCIES: 'EUR' },
    });
    for (const name of Object.keys(env).slice(1)) {
      expect(() => parseOptions([], { ...env, [name]: '' })).toThrow(new RegExp(`${name} is needed`));
    }
    expect(() => parseOptions([], { ...env, STRIPE_SECRET_KEY: 'sk_live_1' })).toThrow(/must be a test key/);
  });

  it.each(['mysql://a:b@host/db', 'host/db', 'postgres://host/db', 'postgres://a:b@host/'])(
    'refuses DATABASE_URL=%s without repeating it',
    (DATABASE_URL) => {
      expect(() => parseOptions([], { DATABASE_URL })).toThrow(
        /^DATABASE_URL must be postgresql:\/\/user:password@host\/database\.$/,
      );
    },
  );
});
