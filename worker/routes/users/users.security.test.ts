import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { OwnProfile } from '#contract/users.ts';
import { RATE_LIMITS } from '#domain/people/limits.ts';
import { issueAccessToken, verifyAccessToken } from '#durable-objects/access-token.ts';
import { api, register } from '#test/client.ts';
import { registerAdmin, registerAs } from '#test/privileged.ts';

it('lets nobody give themselves a role, a plan, a verification or another name', async () => {
  const person = await register();
  for (const change of [
    { role: 'admin' },
    { plan: 'premium' },
    { verificationStatus: 'verified' },
    { email: 'other@example.com' },
    { username: 'other' },
    { id: crypto.randomUUID() },
    { permissions: ['user:verify'] },
  ]) {
    const reply = await person.api.put('/users/me', { displayName: 'Me', ...change });
    expect(reply).toMatchObject({ status: 400, error: { details: [{ field: Object.keys(change)[0] }] } });
  }
  expect((await person.api.get('/users/me')).data).toEqual(person.user);
});

it('lets only admins decide on verifications, whatever a token says', async () => {
  const person = await register('both');
  await person.api.post('/users/me/verification');
  const path = `/admin/users/${person.id}/verification`;
  const decision = { status: 'verified' };
  expect(await person.api.post(path, decision)).toMatchObject({ status: 403, error: { code: 'FORBIDDEN' } });

  // A genuine token of this very session that claims more than the record has.
  const identity = await verifyAccessToken(env, person.accessToken, new Date());
  if (!identity) throw new Error('a fresh token verifies');
  const claimed = await issueAccessToken(env, { ...identity, role: 'admin' }, new Date());
  expect((await api(claimed).post(path, decision)).status).toBe(403);
  expect((await person.api.get<OwnProfile>('/users/me')).data.verificationStatus).toBe('pending');
});

it('takes a role or plan from the record, at once, and not from an older token', async () => {
  const admin = await registerAdmin();
  expect(admin.user.role).toBe('both');
  const reply = await admin.api.get<OwnProfile>('/users/me');
  expect(reply.data.permissions).toContain('user:verify');

  const premium = await registerAs({ plan: 'premium' });
  const { headers } = await premium.api.get('/users/me');
  expect(headers.get('RateLimit-Limit')).toBe(String(RATE_LIMITS.premium));
});
