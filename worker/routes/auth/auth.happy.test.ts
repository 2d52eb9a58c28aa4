import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { type Session, type SignedIn, signedIn } from '#contract/auth.ts';
import { database } from '#db/client.ts';
import { findUserForLogin, noteSignIn } from '#db/queries/users.ts';
import { verifyAccessToken } from '#durable-objects/access-token.ts';
import { api, register } from '#test/client.ts';

it('registers somebody, who is signed in at once', async () => {
  const username = `Some.One-${crypto.randomUUID().slice(0, 8)}`;
  const email = `${username}@Example.com`;
  const reply = await api().post<SignedIn>('/auth/register', { username, email, password: 'long enough' });
  expect(reply.status).toBe(201);
  const { user, accessToken, expiresIn } = signedIn.parse(reply.data);
  expect(user).toMatchObject({
    username,
    email,
    role: 'creator',
    plan: 'free',
    verificationStatus: null,
    permissions: ['order:create'],
  });
  expect(expiresIn).toBe(600);
  expect(await verifyAccessToken(env, accessToken, new Date())).toMatchObject({
    userId: user.id,
    role: 'creator',
    permissions: ['order:create'],
  });
  expect((await api(accessToken).get('/users/me')).status).toBe(200);
  expect(JSON.stringify(reply.data)).not.toContain('scrypt');
});

it('signs in with the address in any case', async () => {
  const { user, password } = await register('provider');
  const reply = await api().post<SignedIn>('/auth/login', { email: user.email.toUpperCase(), password });
  expect(reply.status).toBe(200);
  expect(reply.data.user.id).toBe(user.id);
});

it('hashes a password anew on signing in when its hash has become too cheap', async () => {
  const { user } = await register();
  const db = database(env);
  // RFC 7914's own example: "pleaseletmein" with p = 1.
  const cheap = '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI';
  await noteSignIn(db, user.id, new Date(), cheap);
  const login = () => api().post('/auth/login', { email: user.email, password: 'pleaseletmein' });
  expect((await login()).status).toBe(200);
  expect((await findUserForLogin(db, user.email))?.passwordHash).toContain('$ln=14,r=8,p=5$');
  expect((await login()).status).toBe(200);
});

it('exchanges a refresh token for a new pair of the same session', async () => {
  const person = await register();
  const reply = await api().post<SignedIn>('/auth/refresh', { refreshToken: person.refreshToken });
  expect(reply.status).toBe(200);
  expect(reply.data.refreshToken).not.toBe(person.refreshToken);
  const sessions = await api(reply.data.accessToken).get<{ items: Session[] }>('/auth/sessions');
  expect(sessions.data.items).toHaveLength(1);
});

it('lists the devices, says which one this is, and signs another out', async () => {
  const person = await register();
  const other = await api().post<SignedIn>(
    '/auth/login',
    { email: person.user.email, password: person.password },
    { headers: { 'User-Agent': `Camera ${'x'.repeat(500)}` } },
  );
  const list = await person.api.get<{ items: Session[] }>('/auth/sessions');
  expect(list.data.items.map(({ current }) => current)).toEqual([false, true]);
  const [camera] = list.data.items;
  expect(camera?.userAgent).toMatch(/^Camera x{193}$/);

  expect((await person.api.delete(`/auth/sessions/${camera?.id}`)).status).toBe(200);
  expect((await api(other.data.accessToken).get('/users/me')).status).toBe(401);
  expect((await person.api.get<{ items: Session[] }>('/auth/sessions')).data.items).toHaveLength(1);
});
