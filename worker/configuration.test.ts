import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { Env } from '#durable-objects/env.ts';
import { createApp } from './app.ts';
import { configurationProblems } from './configuration.ts';

const production: Env = {
  ...env,
  ENVIRONMENT: 'production',
  JWT_SECRET: 'Zk3vQ9sX2pLm8RtY6wBnC4hJ7dFgA1eU',
  MEDIA_BACKEND: 'sfu-origin',
  MEDIA_ORIGIN_SECRET: 'pW4nT8xK1vB6qM3zR9cY5hL2jD7fG0sA',
  STRIPE_SECRET_KEY: 'sk_live_0',
  STRIPE_PUBLISHABLE_KEY: 'pk_live_0',
  STRIPE_API_URL: '',
};

it('takes a production that is complete, and the settings of development', () => {
  expect(configurationProblems(production)).toEqual([]);
  expect(configurationProblems({ ...production, SETTLEMENT_CURRENCIES: ' EUR, USD ' })).toEqual([]);
  expect(configurationProblems({ ...env, ENVIRONMENT: 'development', DEMO_PEOPLE: 'true' })).toEqual([]);
});

it.each<[string, Partial<Env>]>([
  ['DATABASE_URL', { DATABASE_URL: '' }],
  ['JWT_SECRET', { JWT_SECRET: 'Zk3vQ9sX2pLm8RtY6wBnC4hJ7dFgA1e' }],
  ['JWT_SECRET', { JWT_SECRET: 'development-only-development-only-development' }],
  ['JWT_SECRET', { JWT_SECRET: 'x'.repeat(40) }],
  ['ANONYMOUS_LIMIT', { ANONYMOUS_LIMIT: 'many' }],
  ['DEMO_PEOPLE', { DEMO_PEOPLE: 'true' }],
  ['MEDIA_BACKEND', { MEDIA_BACKEND: 'none' }],
  // What a text in a file says, the compiler cannot know.
  ['MEDIA_BACKEND', { MEDIA_BACKEND: 'pigeons' as Env['MEDIA_BACKEND'] }],
  ['MEDIA_ORIGIN_SECRET', { MEDIA_ORIGIN_SECRET: 'pW4nT8xK1vB6qM3zR9cY5hL2jD7fG0s' }],
  ['MEDIA_ORIGIN_SECRET', { MEDIA_ORIGIN_SECRET: 'development-only-development-only' }],
  ['TURN_URLS', { TURN_URLS: 'turn.example.com', TURN_SECRET: 'k3v9' }],
  ['TURN_SECRET', { TURN_URLS: 'stun:a.example.com, turn:a.example.com:3478?transport=tcp' }],
  ['TURN_SECRET', { TURN_SECRET: 'change-me' }],
  ['CLOUDFLARE_TURN_API_TOKEN', { CLOUDFLARE_TURN_KEY_ID: 'k1' }],
  ['STRIPE_SECRET_KEY', { STRIPE_SECRET_KEY: '' }],
  ['STRIPE_SECRET_KEY', { STRIPE_SECRET_KEY: 'pk_live_1' }],
  ['STRIPE_SECRET_KEY', { STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_PUBLISHABLE_KEY: 'pk_test_1' }],
  ['STRIPE_PUBLISHABLE_KEY', { STRIPE_PUBLISHABLE_KEY: '' }],
  ['STRIPE_PUBLISHABLE_KEY', { STRIPE_PUBLISHABLE_KEY: 'pk_test_1' }],
  ['STRIPE_WEBHOOK_SECRET', { STRIPE_WEBHOOK_SECRET: '' }],
  ['STRIPE_CONNECT_WEBHOOK_SECRET', { STRIPE_CONNECT_WEBHOOK_SECRET: 'we_1' }],
  ['STRIPE_API_URL', { STRIPE_API_URL: 'https://stripe.example' }],
  ['SETTLEMENT_CURRENCIES', { SETTLEMENT_CURRENCIES: ' ,' }],
  ['SETTLEMENT_CURRENCIES', { SETTLEMENT_CURRENCIES: 'USD,UGX' }],
])('refuses a production with a bad %s, naming it but not its value', (setting, settings) => {
  const problems = configurationProblems({ ...production, ...settings });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(setting);
  for (const value of Object.values(settings)) {
    if (value && value !== 'none' && value !== 'true') expect(problems[0]).not.toContain(value);
  }
});

it.each<[string, Partial<Env>]>([
  ['a simulator beside a live key', { STRIPE_SECRET_KEY: 'rk_live_1', STRIPE_PUBLISHABLE_KEY: 'pk_live_1' }],
  ['a simulator at no origin', { STRIPE_API_URL: 'http://127.0.0.1:4242/v1' }],
  ['a live key in the browser beside a test key', { STRIPE_PUBLISHABLE_KEY: 'pk_live_1' }],
])('refuses %s outside of production, too', (_, settings) => {
  const problems = configurationProblems({ ...env, ENVIRONMENT: 'development', ...settings });
  expect(problems).toEqual([expect.stringMatching(/^STRIPE_/)]);
});

it('answers every request with 503 while the configuration is bad', async () => {
  const app = createApp();
  for (const path of ['/health', '/api/v1/config', '/api/v1/auth/login']) {
    const response = await app.fetch(
      new Request(`http://taplive.test${path}`),
      { ...production, DEMO_PEOPLE: 'true' },
      createExecutionContext(),
    );
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('DEMO_PEOPLE');
    expect(response.headers.get('Strict-Transport-Security')).toContain('max-age');
  }
});
