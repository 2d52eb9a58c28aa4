import { v7 as uuidv7 } from 'uuid';
import { expect, inject, it } from 'vitest';
import { recordPerson } from '#test/people.ts';
import { database } from '../client.ts';
import { createSession, rotateSession } from './sessions.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});

it('of many clients with the same refresh token at the same time, one rotates, one gets the sibling, one ends it all', async () => {
  const now = new Date();
  for (let round = 0; round < 20; round++) {
    const userId = await recordPerson(db, 'creator', now);
    const sessionId = uuidv7();
    const expiresAt = new Date(now.getTime() + 60_000);
    await createSession(db, {
      sessionId,
      userId,
      refreshHash: 'first',
      userAgent: null,
      createdAt: now,
      expiresAt,
    });
    const outcomes = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((next) =>
        rotateSession(db, { sessionId, userId, presented: 'first', next }, now),
      ),
    );
    expect(outcomes.toSorted()).toEqual(['over', 'over', 'reused', 'rotated', 'sibling']);
  }
});
