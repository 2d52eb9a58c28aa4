import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { type OwnProfile, type PublicProfile, publicProfile, ratingPage } from '#contract/users.ts';
import { database } from '#db/client.ts';
import { auditLog, liveStreamOrders, ratings } from '#db/schema/index.ts';
import { blur } from '#domain/geo/cells.ts';
import { api, register } from '#test/client.ts';
import { registerAdmin } from '#test/privileged.ts';

const db = database(env);

describe('a profile', () => {
  it('is changed field by field', async () => {
    const person = await register('both');
    const changed = await person.api.put<OwnProfile>('/users/me', {
      displayName: 'Mara Lindqvist',
      bio: 'Two lines,\nwell written.',
      avatarUrl: 'https://example.com/mara.jpg',
      languages: ['sv', 'pt-PT'],
    });
    expect(changed.status).toBe(200);
    const cleared = await person.api.put<OwnProfile>('/users/me', { bio: null });
    expect(cleared.data).toEqual({ ...changed.data, bio: null });
    expect((await person.api.get('/users/me')).data).toEqual(cleared.data);
  });

  it('is public without what is private', async () => {
    const person = await register('provider');
    const reply = await api().get<PublicProfile>(`/users/${person.id}`);
    expect(reply.status).toBe(200);
    expect(publicProfile.strict().parse(reply.data)).toMatchObject({
      id: person.id,
      rating: { average: null, count: 0 },
      completedOrders: 0,
    });
    expect(JSON.stringify(reply)).not.toContain(person.user.email);
  });

  it('tells the rating and the orders that were seen completed, and lists ratings newest first', async () => {
    const [creator, provider] = [await register('creator'), await register('provider')];
    const given = [5, 4, 3];
    for (const rating of given) await completedOrder(creator.id, provider.id, rating);
    const { data } = await api().get<PublicProfile>(`/users/${provider.id}`);
    expect(data.rating).toEqual({ average: 4, count: 3 });
    expect(data.completedOrders).toBe(3);
    expect((await api().get<PublicProfile>(`/users/${creator.id}`)).data.completedOrders).toBe(3);

    const first = ratingPage.parse((await api().get(`/users/${provider.id}/ratings?limit=2`)).data);
    expect(first.items.map(({ rating }) => rating)).toEqual([3, 4]);
    expect(first.pagination).toMatchObject({ hasNextPage: true, hasPreviousPage: false, totalCount: 3 });
    const next = `/users/${provider.id}/ratings?limit=2&cursor=${first.pagination.nextCursor}`;
    expect(ratingPage.parse((await api().get(next)).data).items.map(({ rating }) => rating)).toEqual([5]);
  });
});

describe('a verification', () => {
  it('is asked for, decided by an admin, and kept in the audit log', async () => {
    const [person, admin] = [await register('provider'), await registerAdmin()];
    const ask = () => person.api.post<OwnProfile>('/users/me/verification');
    expect((await ask()).data.verificationStatus).toBe('pending');
    expect((await ask()).data.verificationStatus).toBe('pending');

    const decide = (status: string) =>
      admin.api.post<OwnProfile>(`/admin/users/${person.id}/verification`, { status });
    expect((await decide('rejected')).data.verificationStatus).toBe('rejected');
    expect((await ask()).data.verificationStatus).toBe('pending');
    expect((await decide('verified')).data.verificationStatus).toBe('verified');
    expect((await api().get<PublicProfile>(`/users/${person.id}`)).data.verificationStatus).toBe('verified');

    const entries = await db
      .select()
      .from(auditLog)
      .where(eq(auditLog.subjectId, person.id))
      .orderBy(auditLog.at);
    expect(entries.map(({ actorId, action, details }) => ({ actorId, action, details }))).toEqual([
      { actorId: admin.id, action: 'verification_decided', details: { from: 'pending', to: 'rejected' } },
      { actorId: admin.id, action: 'verification_decided', details: { from: 'pending', to: 'verified' } },
    ]);
  });

  it('is decided once by two admins at once', async () => {
    const [person, one, other] = [await register(), await registerAdmin(), await registerAdmin()];
    await person.api.post('/users/me/verification');
    const replies = await Promise.all(
      [one, other].map((admin) =>
        admin.api.post(`/admin/users/${person.id}/verification`, { status: 'verified' }),
      ),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await db.select().from(auditLog).where(eq(auditLog.subjectId, person.id))).toHaveLength(1);
  });
});

async function completedOrder(creatorId: string, providerId: string, rating: number): Promise<void> {
  const now = new Date();
  const place = { latitude: 38.7, longitude: -9.1 };
  const { cell, center } = blur(place);
  const orderId = uuidv7();
  await db.batch([
    db.insert(liveStreamOrders).values({
      id: orderId,
      creatorId,
      providerId,
      title: 'The river',
      locationPoint: place,
      locationCell: cell,
      blurredPoint: center,
      serviceRadius: 1_000,
      baseAmount: 2_500n,
      currency: 'EUR',
      status: 'completed',
      version: 1,
      requirements: [],
      tags: [],
      createdAt: now,
      updatedAt: now,
    }),
    db.insert(ratings).values({
      id: uuidv7(),
      orderId,
      raterId: creatorId,
      rateeId: providerId,
      rating,
      createdAt: now,
    }),
  ]);
}
