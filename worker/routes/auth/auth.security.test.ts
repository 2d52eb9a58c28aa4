import { describe, expect, it } from 'vitest';
import type { SignedIn } from '#contract/auth.ts';
import { api, openSocket, register } from '#test/client.ts';

const login = (email: string, password: string) => api().post<SignedIn>('/auth/login', { email, password });
const refresh = (refreshToken: string) => api().post<SignedIn>('/auth/refresh', { refreshToken });

describe('signing in', () => {
  it('says the same of a wrong password and of somebody unknown', async () => {
    const { user } = await register();
    const wrong = await login(user.email, 'wrong');
    const unknown = await login(`nobody-${crypto.randomUUID()}@example.com`, 'wrong');
    expect(wrong.status).toBe(401);
    expect({ status: unknown.status, error: unknown.error }).toEqual({
      status: wrong.status,
      error: wrong.error,
    });
  });

  it('closes an address to guesses after ten wrong passwords, wherever they come from', async () => {
    const { user, password } = await register();
    const guesses = await Promise.all(Array.from({ length: 10 }, (_, n) => login(user.email, `wrong ${n}`)));
    expect(guesses.every(({ status }) => status === 401)).toBe(true);
    const right = await login(user.email.toUpperCase(), password);
    expect(right).toMatchObject({ status: 429, error: { code: 'RATE_LIMITED' } });
    expect(Number(right.headers.get('Retry-After'))).toBeGreaterThan(0);
  });

  it('begins to count anew after a right one', async () => {
    const { user, password } = await register();
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 6; n++) expect((await login(user.email, 'wrong')).status).toBe(401);
      expect((await login(user.email, password)).status).toBe(200);
    }
  });
});

describe('a refresh token that is presented again', () => {
  it('within seconds gets one more pair, because the answer may have been lost', async () => {
    const { refreshToken } = await register();
    const [first, second] = [await refresh(refreshToken), await refresh(refreshToken)];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect((await api(first.data.accessToken).get('/users/me')).status).toBe(200);
    expect((await api(second.data.accessToken).get('/users/me')).status).toBe(200);
  });

  it('a third time ends the whole family, access tokens and sockets included', async () => {
    const { refreshToken, accessToken } = await register();
    const socket = await openSocket('/users/me/socket', accessToken);
    await socket.next('room:resumed');
    const { data: latest } = await refresh(refreshToken);
    await refresh(refreshToken);
    expect((await refresh(refreshToken)).status).toBe(401);

    expect((await refresh(latest.refreshToken)).status).toBe(401);
    expect((await api(latest.accessToken).get('/users/me')).status).toBe(401);
    expect((await api(accessToken).get('/users/me')).status).toBe(401);
    await expect(socket.closed).resolves.toMatchObject({ code: 4401 });
  });
});

describe('signing out', () => {
  it('counts at once, for tokens and for sockets', async () => {
    const person = await register();
    const socket = await openSocket('/users/me/socket', person.accessToken);
    await socket.next('room:resumed');
    expect((await person.api.post('/auth/logout')).status).toBe(200);
    await expect(socket.closed).resolves.toMatchObject({ code: 4401 });
    expect((await person.api.get('/users/me')).status).toBe(401);
    expect((await person.api.post('/auth/logout')).status).toBe(401);
  });

  it('leaves the other devices signed in', async () => {
    const person = await register();
    const other = await login(person.user.email, person.password);
    await person.api.post('/auth/logout');
    expect((await api(other.data.accessToken).get('/users/me')).status).toBe(200);
  });
});
