import { v7 as uuidv7 } from 'uuid';
import { describe, expect, inject, it } from 'vitest';
import { recordPerson } from '#test/people.ts';
import { database } from '../client.ts';
import {
  createSession,
  endSessions,
  liveSessionsOf,
  readSession,
  rotateSession,
  SIBLING_GRACE_MS,
} from './sessions.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});
const start = new Date('2026-11-23T12:00:00.000Z');
const later = (ms: number) => new Date(start.getTime() + ms);
const expiresAt = later(30 * 24 * 3_600_000);

/** A new person with one session, whose refresh token's hash is `first`. */
async function signIn() {
  const userId = await recordPerson(db, 'provider', start);
  const sessionId = uuidv7();
  await createSession(db, {
    sessionId,
    userId,
    refreshHash: 'first',
    userAgent: null,
    createdAt: start,
    expiresAt,
  });
  const rotate = (presented: string, next: string, now = later(60_000)) =>
    rotateSession(db, { sessionId, userId, presented, next }, now);
  const ended = async () => (await readSession(db, userId, sessionId))?.endedAt ?? null;
  return { userId, sessionId, rotate, ended };
}

describe('refreshing a session', () => {
  it('exchanges the token in use for the next one, again and again', async () => {
    const { rotate, ended } = await signIn();
    expect(await rotate('first', 'second')).toBe('rotated');
    expect(await rotate('second', 'third')).toBe('rotated');
    expect(await ended()).toBeNull();
  });

  it('gives a client whose answer was lost a sibling, and both are good until one is used', async () => {
    const { rotate } = await signIn();
    await rotate('first', 'lost');
    expect(await rotate('first', 'sibling', later(60_000 + SIBLING_GRACE_MS - 1))).toBe('sibling');
    expect(await rotate('sibling', 'third')).toBe('rotated');
    expect(await rotate('lost', 'fourth')).toBe('reused');
  });

  it('takes the first of two siblings as well', async () => {
    const { rotate } = await signIn();
    await rotate('first', 'second');
    await rotate('first', 'sibling');
    expect(await rotate('second', 'third')).toBe('rotated');
  });

  it('gives one sibling, not two', async () => {
    const { rotate, ended } = await signIn();
    await rotate('first', 'second');
    await rotate('first', 'sibling');
    expect(await rotate('first', 'another')).toBe('reused');
    expect(await ended()).toEqual(later(60_000));
  });

  it('ends the family when a token comes again later, for thief and owner alike', async () => {
    const { rotate } = await signIn();
    await rotate('first', 'second');
    expect(await rotate('first', 'stolen', later(60_000 + SIBLING_GRACE_MS))).toBe('reused');
    expect(await rotate('second', 'third')).toBe('over');
  });

  it('ends the family when a token from before the last rotation comes, however soon', async () => {
    const { rotate } = await signIn();
    await rotate('first', 'second');
    await rotate('second', 'third');
    expect(await rotate('first', 'fourth')).toBe('reused');
  });

  it('is over at the absolute end, which rotation does not move', async () => {
    const { rotate } = await signIn();
    await rotate('first', 'second', new Date(expiresAt.getTime() - 1));
    expect(await rotate('second', 'third', expiresAt)).toBe('over');
  });

  it("is over when it is somebody else's", async () => {
    const { sessionId } = await signIn();
    const { userId } = await signIn();
    const rotation = { sessionId, userId, presented: 'first', next: 'second' };
    expect(await rotateSession(db, rotation, start)).toBe('over');
  });
});

describe('sessions', () => {
  it('are listed while they live, the latest first', async () => {
    const { userId, sessionId } = await signIn();
    const [second, third] = [uuidv7(), uuidv7()];
    const device = { userId, userAgent: 'phone', createdAt: later(1_000) };
    await createSession(db, { sessionId: second, refreshHash: 'x', expiresAt, ...device });
    await createSession(db, { sessionId: third, refreshHash: 'y', expiresAt: later(2_000), ...device });
    const ids = (await liveSessionsOf(db, userId, later(2_000))).map(({ id }) => id);
    expect(ids).toEqual([second, sessionId]);
  });

  it("end once, and only the user's own", async () => {
    const [mine, theirs] = [await signIn(), await signIn()];
    await endSessions(db, mine.userId, [mine.sessionId, theirs.sessionId], later(1_000));
    await endSessions(db, mine.userId, [mine.sessionId], later(9_000));
    expect(await mine.ended()).toEqual(later(1_000));
    expect(await theirs.ended()).toBeNull();
  });

  it('come with what their user is now', async () => {
    const { userId, sessionId } = await signIn();
    expect(await readSession(db, userId, sessionId)).toEqual({
      endedAt: null,
      expiresAt,
      role: 'provider',
      plan: 'free',
      verificationStatus: null,
    });
    expect(await readSession(db, uuidv7(), sessionId)).toBeNull();
  });
});
