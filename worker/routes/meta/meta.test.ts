import { createExecutionContext } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { type ClientConfig, health } from '#contract/config.ts';
import { injectFault } from '#test/setup/faults.ts';
import { createApp } from '../../app.ts';

const get = (path: string) => exports.default.fetch(`http://taplive.test${path}`);

describe('the health', () => {
  it('is well while the database answers, and is not counted against a limit', async () => {
    const response = await get('/health');
    expect(response.status).toBe(200);
    expect(response.headers.has('RateLimit-Limit')).toBe(false);
    const { data } = (await response.json()) as { data: unknown };
    expect(health.parse(data)).toEqual({
      status: 'ok',
      checks: { database: { status: 'ok', latencyMs: expect.any(Number) } },
    });
  });

  it('fails with 503 when the database does not', async () => {
    const endpoint = env.DATABASE_FETCH_ENDPOINT ?? '';
    const fault = await injectFault(endpoint, {
      kind: 'drop-before-commit',
      match: 'as taplive_health',
      times: 1,
    });
    let now = new Date();
    const app = createApp(() => now);
    const ask = () => app.fetch(new Request('http://taplive.test/health'), env, createExecutionContext());
    const response = await ask();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      data: { status: 'failing', checks: { database: { status: 'failing', latencyMs: null } } },
    });
    expect(await fault.remove()).toBe(0);

    expect((await ask()).status).toBe(503);
    now = new Date(now.getTime() + 1_000);
    expect((await ask()).status).toBe(200);
  });
});

describe('the configuration for clients', () => {
  const configOf = async (settings: Partial<typeof env>) => {
    const response = await createApp().fetch(
      new Request('http://taplive.test/api/v1/config'),
      { ...env, ...settings },
      createExecutionContext(),
    );
    const { data } = (await response.json()) as { data: ClientConfig };
    return data;
  };

  it('tells of demo people only where there are any, and never their ids or passwords', async () => {
    expect((await configOf({})).demoPeople).toEqual([]);
    expect((await configOf({ DEMO_PEOPLE: 'false' })).demoPeople).toEqual([]);
    const { demoPeople } = await configOf({ DEMO_PEOPLE: 'true' });
    expect(demoPeople.length).toBeGreaterThan(0);
    for (const person of demoPeople) expect(Object.keys(person)).toEqual(['username', 'email', 'role']);
  });

  it('says how cards are taken, and in which currencies', async () => {
    const { stripe, currencies } = await configOf({ SETTLEMENT_CURRENCIES: 'EUR, JPY' });
    expect(stripe).toEqual({
      publishableKey: env.STRIPE_PUBLISHABLE_KEY,
      simulatorUrl: env.STRIPE_API_URL,
    });
    expect(currencies).toEqual(['EUR', 'JPY']);
    expect((await configOf({ STRIPE_API_URL: '' })).stripe.simulatorUrl).toBeNull();
  });

  it('names the map style, if there is one', async () => {
    expect(await configOf({})).toMatchObject({ mapStyleUrl: null, mediaBackend: 'none' });
    const mapStyleUrl = 'https://tiles.example/style.json';
    expect(await configOf({ MAP_STYLE_URL: mapStyleUrl })).toMatchObject({ mapStyleUrl });
  });
});

describe('the description', () => {
  it('is OpenAPI 3.1 in which everything that is referred to exists, and every operation has a name', async () => {
    const response = await get('/api/v1/openapi.json');
    const text = await response.text();
    const document = JSON.parse(text);
    expect(document.openapi).toMatch(/^3\.1\./);
    for (const [reference, path] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = path?.split('/').reduce((at, key) => at?.[key], document);
      expect(found, reference).toBeDefined();
    }
    const operations = operationsOf(document);
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    const tags = document.tags.map(({ name }: { name: string }) => name);
    for (const { summary, tags: own } of operations) {
      expect(summary).toBeTruthy();
      expect(tags).toEqual(expect.arrayContaining(own));
    }
  });

  it('says of every write what a key does, and of every socket what it sends and takes', async () => {
    const document = await (await get('/api/v1/openapi.json')).json<Described>();
    const put = document.paths['/api/v1/users/me']?.put;
    expect(put?.parameters).toContainEqual({ $ref: '#/components/parameters/IdempotencyKey' });
    expect(Object.keys(put?.responses ?? {})).toEqual(
      expect.arrayContaining(['200', '400', '401', '409', '413', '422', '429', '500', '503']),
    );
    const room = document.paths['/api/v1/orders/{orderId}/room']?.get;
    expect(room?.['x-websocket']?.takes).toHaveProperty('location:update');
    expect(room?.['x-websocket']?.sends).toHaveProperty('order:accepted');
  });
});

describe('the reference', () => {
  it('shows every operation, needs nothing from elsewhere, and runs nothing', async () => {
    const response = await get('/api/v1/docs');
    expect(response.headers.get('Content-Type')).toContain('text/html');
    const policy = response.headers.get('Content-Security-Policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('script-src');
    const page = await response.text();
    const document = await (await get('/api/v1/openapi.json')).json<Described>();
    for (const { operationId } of operationsOf(document))
      expect(page).toContain(`<article id="${operationId}">`);
    expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(/);
  });
});

type Operation = {
  operationId: string;
  summary: string;
  tags: string[];
  parameters?: unknown[];
  responses: object;
  'x-websocket'?: { sends: object; takes: object };
};
type Described = { paths: Record<string, Record<string, Operation>> };

function operationsOf({ paths }: Described): Operation[] {
  return Object.values(paths).flatMap((item) => Object.values(item));
}
