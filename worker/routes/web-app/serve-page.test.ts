import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Env } from '#durable-objects/env.ts';
import { createApp } from '../../app.ts';

const PAGE = '<!doctype html><title>TapLive</title>';

/** A system that has the web app's files beside it. */
const withFiles = (overrides: Partial<Env> = {}): Env => ({
  ...env,
  ASSETS: {
    fetch: async (request: Request) =>
      request.headers.get('If-None-Match') === '"1"'
        ? new Response(null, { status: 304, headers: { ETag: '"1"' } })
        : new Response(PAGE, {
            headers: {
              'Content-Type': 'text/html',
              'Cache-Control': 'public, max-age=0, must-revalidate',
              ETag: '"1"',
            },
          }),
  } as unknown as Fetcher, // the page is fetched, and nothing else is asked of it
  ...overrides,
});

const get = (path: string, overrides: Partial<Env> = {}, headers: Record<string, string> = {}) =>
  createApp().fetch(
    new Request(`http://taplive.test${path}`, { headers }),
    withFiles(overrides),
    createExecutionContext(),
  );

const policyOf = (response: Response) =>
  new Map(
    (response.headers.get('Content-Security-Policy') ?? '').split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources];
    }),
  );

describe("the web app's page", () => {
  it.each(['/', '/cards', '/orders/1'])('is served at %s, to be asked for again each time', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(PAGE);
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=0, must-revalidate');
    expect(response.headers.get('X-Frame-Options')).toBe('DENY');
  });

  it('is not sent again to who has it', async () => {
    const response = await get('/', {}, { 'If-None-Match': '"1"' });
    expect(response.status).toBe(304);
    expect(await response.text()).toBe('');
  });

  it.each(['/api/v1/nothing', '/webhooks/nothing', '/health/', '/health;a=b', '/health%2F'])(
    'is not what %s answers, an unknown address for programs',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
    },
  );

  it("runs and frames what is Stripe's where cards are taken by Stripe", async () => {
    const policy = policyOf(await get('/', { STRIPE_API_URL: '' }));
    expect(policy.get('script-src')).toEqual(["'self'", 'https://js.stripe.com', 'https://*.js.stripe.com']);
    expect(policy.get('frame-src')).toContain('https://hooks.stripe.com');
    expect(policy.get('connect-src')).toContain('https://api.stripe.com');
  });

  it('runs nothing but our own where a simulator stands in for Stripe', async () => {
    const policy = policyOf(await get('/', { STRIPE_API_URL: 'http://127.0.0.1:4242' }));
    expect(policy.get('default-src')).toEqual(["'self'"]);
    expect([...policy.values()].flat().join(' ')).not.toContain('stripe');
  });
});
