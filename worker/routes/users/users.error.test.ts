import { describe, expect, it } from 'vitest';
import { api, register } from '#test/client.ts';
import { registerAdmin } from '#test/privileged.ts';

describe('a profile', () => {
  it.each([
    ['body', {}],
    ['displayName', { displayName: '' }],
    ['displayName', { displayName: 'x'.repeat(61) }],
    ['avatarUrl', { avatarUrl: 'javascript:alert(1)' }],
    ['avatarUrl', { avatarUrl: 'http://example.com/x.jpg' }],
    ['languages.0', { languages: ['english'] }],
    ['languages', { languages: Array(11).fill('en') }],
  ])('names the field %s when it is wrong', async (field, changes) => {
    const person = await register();
    expect(await person.api.put('/users/me', changes)).toMatchObject({
      status: 400,
      error: { code: 'VALIDATION_ERROR', details: [{ field }] },
    });
  });

  it('of nobody is not found, and of no id is no question', async () => {
    const unknown = crypto.randomUUID();
    expect((await api().get(`/users/${unknown}`)).status).toBe(404);
    expect((await api().get(`/users/${unknown}/ratings`)).status).toBe(404);
    expect(await api().get('/users/someone')).toMatchObject({
      status: 400,
      error: { details: [{ field: 'id' }] },
    });
  });

  it('has ratings only by cursors that we gave, and so many a page', async () => {
    const person = await register();
    for (const [field, query] of [
      ['cursor', 'cursor=bm90LWEtY3Vyc29y'],
      ['cursor', 'cursor=%00'],
      ['limit', 'limit=0'],
      ['limit', 'limit=101'],
      ['limit', 'limit=5&limit=6'],
      ['limit', 'limit=1e1'],
    ]) {
      expect(await api().get(`/users/${person.id}/ratings?${query}`)).toMatchObject({
        status: 400,
        error: { details: [{ field }] },
      });
    }
  });
});

describe('a verification', () => {
  it('is decided only after it was asked for, and only where it may go', async () => {
    const [person, admin] = [await register(), await registerAdmin()];
    const decide = (status: string, id = person.id) =>
      admin.api.post(`/admin/users/${id}/verification`, { status });
    expect(await decide('verified')).toMatchObject({
      status: 409,
      error: { code: 'INVALID_TRANSITION', details: { reason: 'never_asked' } },
    });
    await person.api.post('/users/me/verification');
    await decide('verified');
    expect(await decide('verified')).toMatchObject({
      status: 409,
      error: { code: 'INVALID_TRANSITION', details: { reason: 'wrong_status', status: 'verified' } },
    });
    expect(await person.api.post('/users/me/verification')).toMatchObject({
      status: 409,
      error: { code: 'INVALID_TRANSITION' },
    });
    expect(await decide('pending')).toMatchObject({ status: 400, error: { details: [{ field: 'status' }] } });
    expect((await decide('verified', crypto.randomUUID())).status).toBe(404);
  });
});
