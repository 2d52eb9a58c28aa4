import { describe, expect, it } from 'vitest';
import { api, register } from '#test/client.ts';

describe('registering', () => {
  const post = (body: Record<string, unknown>) => api().post('/auth/register', body);
  const fresh = () => {
    const username = `new-${crypto.randomUUID().slice(0, 8)}`;
    return { username, email: `${username}@example.com`, password: 'long enough' };
  };

  it('says which name is taken, in whatever case', async () => {
    const { user } = await register();
    expect(await post({ ...fresh(), username: user.username.toUpperCase() })).toMatchObject({
      status: 409,
      error: { code: 'CONFLICT', details: { reason: 'username_taken' } },
    });
    expect(await post({ ...fresh(), email: user.email.toUpperCase() })).toMatchObject({
      status: 409,
      error: { code: 'CONFLICT', details: { reason: 'email_taken' } },
    });
  });

  it('gives a name to one of two who want it at once', async () => {
    const same = fresh();
    const replies = await Promise.all([post(same), post(same)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it.each([
    ['username', { username: 'ab' }],
    ['username', { username: 'with space' }],
    ['username', { username: 'ünï' }],
    ['email', { email: 'nobody' }],
    ['email', { email: `${'x'.repeat(250)}@example.com` }],
    ['password', { password: 'short' }],
    ['password', { password: 'ü'.repeat(65) }],
    ['role', { role: 'admin' }],
    ['plan', { plan: 'premium' }],
  ])('names the field when %s is wrong', async (field, change) => {
    expect(await post({ ...fresh(), ...change })).toMatchObject({
      status: 400,
      error: { code: 'VALIDATION_ERROR', details: [{ field }] },
    });
  });
});

describe('refreshing', () => {
  it('refuses what is no refresh token', async () => {
    const { accessToken } = await register();
    for (const refreshToken of ['garbage', accessToken]) {
      expect(await api().post('/auth/refresh', { refreshToken })).toMatchObject({
        status: 401,
        error: { code: 'UNAUTHORIZED' },
      });
    }
  });

  it('is over when the session is', async () => {
    const person = await register();
    await person.api.post('/auth/logout');
    expect((await api().post('/auth/refresh', { refreshToken: person.refreshToken })).status).toBe(401);
  });
});

describe('ending a session', () => {
  it("knows of nobody else's, of none that has ended and of none that never was", async () => {
    const [one, other] = [await register(), await register()];
    const { sid } = JSON.parse(atob(other.accessToken.split('.')[1] ?? ''));
    expect((await one.api.delete(`/auth/sessions/${sid}`)).status).toBe(404);
    expect((await other.api.get('/users/me')).status).toBe(200);
    expect((await one.api.delete(`/auth/sessions/${crypto.randomUUID()}`)).status).toBe(404);
    expect(await one.api.delete('/auth/sessions/mine')).toMatchObject({
      status: 400,
      error: { details: [{ field: 'id' }] },
    });
  });
});
