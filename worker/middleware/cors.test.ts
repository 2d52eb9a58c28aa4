import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { createApp } from '../app.ts';

const app = createApp();
const listed = { ...env, CORS_ORIGINS: 'https://app.example, https://other.example' };

const call = (method: string, origin: string, headers: Record<string, string> = {}) =>
  app.fetch(
    new Request('http://taplive.test/api/v1/config', { method, headers: { Origin: origin, ...headers } }),
    listed,
    createExecutionContext(),
  );

it('lets a listed origin read answers, and the headers that it needs', async () => {
  for (const origin of ['https://app.example', 'https://other.example']) {
    const { headers } = await call('GET', origin);
    expect(headers.get('Access-Control-Allow-Origin')).toBe(origin);
    expect(headers.get('Vary')).toContain('Origin');
    expect(headers.get('Access-Control-Expose-Headers')?.split(',')).toEqual(
      expect.arrayContaining(['X-Request-Id', 'RateLimit-Remaining', 'Retry-After', 'Idempotency-Replayed']),
    );
    expect(headers.has('Access-Control-Allow-Credentials')).toBe(false);
  }
});

it('lets no other origin read them, however alike', async () => {
  for (const origin of [
    'https://app.example.evil',
    'https://evil-app.example',
    'http://app.example',
    'https://APP.example',
    'null',
    '',
  ]) {
    expect((await call('GET', origin)).headers.has('Access-Control-Allow-Origin')).toBe(false);
  }
});

it('answers a preflight without counting it', async () => {
  const preflight = await call('OPTIONS', 'https://app.example', {
    'Access-Control-Request-Method': 'PUT',
    'Access-Control-Request-Headers': 'authorization,idempotency-key',
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('Access-Control-Allow-Origin')).toBe('https://app.example');
  expect(preflight.headers.get('Access-Control-Allow-Methods')).toContain('PUT');
  expect(preflight.headers.get('Access-Control-Allow-Headers')).toContain('Idempotency-Key');
  expect(preflight.headers.has('RateLimit-Limit')).toBe(false);
});
