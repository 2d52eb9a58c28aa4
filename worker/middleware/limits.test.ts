import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { RATE_LIMITS } from '#domain/people/limits.ts';
import type { Env } from '#durable-objects/env.ts';
import { api, register } from '#test/client.ts';
import { createApp } from '../app.ts';

const from = (address: string) => ({ headers: { 'X-Forwarded-For': address } });

describe('the limit of an address', () => {
  it('lets exactly so many requests through, then says when to come again', async () => {
    const config = () => api().get('/config', undefined, from('192.0.2.1'));
    const replies = await Promise.all(Array.from({ length: RATE_LIMITS.anonymous }, config));
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    const left = replies.map(({ headers }) => Number(headers.get('RateLimit-Remaining')));
    expect(left.toSorted((a, b) => a - b)).toEqual([...Array(RATE_LIMITS.anonymous).keys()]);

    const refused = await config();
    expect(refused).toMatchObject({ status: 429, error: { code: 'RATE_LIMITED' } });
    expect(refused.headers.get('RateLimit-Limit')).toBe('100');
    expect(refused.headers.get('RateLimit-Remaining')).toBe('0');
    const retryAfter = Number(refused.headers.get('Retry-After'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(900);

    expect((await api().get('/config', undefined, from('192.0.2.2'))).status).toBe(200);
    const person = await register();
    expect((await person.api.get('/users/me', undefined, from('192.0.2.1'))).status).toBe(200);
  });

  it('counts tokens that do not count, so that guessing is no way around it', async () => {
    const before = await api('guess').get('/users/me', undefined, from('192.0.2.3'));
    const after = await api('another').get('/users/me', undefined, from('192.0.2.3'));
    expect(before.headers.get('RateLimit-Remaining')).toBe('99');
    expect(after.headers.get('RateLimit-Remaining')).toBe('98');
  });

  it('is shared by a whole IPv6 network of a subscriber', async () => {
    await api().get('/config', undefined, from('2001:db8:1:2::1'));
    const other = await api().get('/config', undefined, from('2001:db8:1:2:ffff::9'));
    expect(other.headers.get('RateLimit-Remaining')).toBe('98');
  });
});

describe('where a request comes from', () => {
  const app = createApp();
  const remaining = async (settings: Partial<Env>, headers: Record<string, string>) => {
    const request = new Request('http://taplive.test/api/v1/config', { headers });
    const response = await app.fetch(request, { ...env, ...settings }, createExecutionContext());
    return Number(response.headers.get('RateLimit-Remaining'));
  };

  it('is said by the last proxy, not by what the client put before', async () => {
    const settings = { TRUSTED_PROXY: 'x-forwarded-for' } as const;
    await remaining(settings, { 'X-Forwarded-For': '198.51.100.1' });
    expect(await remaining(settings, { 'X-Forwarded-For': '10.0.0.1, 198.51.100.1' })).toBe(98);
    expect(
      await remaining(settings, {
        'X-Forwarded-For': '198.51.100.1, 198.51.100.2',
        'CF-Connecting-IP': '198.51.100.1',
      }),
    ).toBe(99);
  });

  it("is Cloudflare's word only behind Cloudflare", async () => {
    const settings = { TRUSTED_PROXY: 'cloudflare' } as const;
    await remaining(settings, { 'CF-Connecting-IP': '198.51.100.7' });
    expect(
      await remaining(settings, { 'CF-Connecting-IP': '198.51.100.7', 'X-Forwarded-For': '198.51.100.8' }),
    ).toBe(98);
  });

  it("is nobody's word without a proxy: all share one window", async () => {
    const settings = { TRUSTED_PROXY: 'none' } as const;
    const first = await remaining(settings, { 'X-Forwarded-For': '198.51.100.9' });
    expect(await remaining(settings, { 'CF-Connecting-IP': '198.51.100.10' })).toBe(first - 1);
  });
});

describe('the limit of an account', () => {
  it('is counted for the account, over all its sessions and addresses', async () => {
    const person = await register();
    const first = await person.api.get('/users/me');
    expect(first.headers.get('RateLimit-Limit')).toBe(String(RATE_LIMITS.free));
    const { email } = person.user;
    const again = await api().post<{ accessToken: string }>('/auth/login', {
      email,
      password: person.password,
    });
    const second = await api(again.data.accessToken).get('/users/me');
    expect(Number(second.headers.get('RateLimit-Remaining'))).toBe(
      Number(first.headers.get('RateLimit-Remaining')) - 1,
    );
  });
});
