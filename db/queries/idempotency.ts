import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { Rejection } from '#domain/errors.ts';
import type { Database } from '../client.ts';
import { idempotencyKeys } from '../schema/index.ts';

/** Which write a key stands for. The same key on another path, or of another person, is another write. */
export type IdempotencyRef = { userId: string; method: string; path: string; key: string };

/** What a finished write answered: `{ data }` or `{ error }`, as in the envelope. */
export type StoredAnswer = { data: unknown } | { error: Rejection };

/** What became of an attempt to reserve a key. `createdAt` is the first attempt's: ids derive from it. */
export type ReserveOutcome =
  | { kind: 'reserved'; createdAt: Date }
  | { kind: 'done'; status: number; answer: StoredAnswer }
  | { kind: 'in_flight' }
  | { kind: 'other_body' };

/** A write that takes longer than this is taken for lost, and the next attempt may run. */
export const RESERVED_FOR_MS = 30_000;

/**
 * Reserves a key before its write runs, in one transaction: a new row, or one whose lock has lapsed and whose body is
 * the same. Otherwise says why not. `bodyHash` is SHA-256, hex.
 */
export async function reserveIdempotency(
  db: Database,
  ref: IdempotencyRef,
  bodyHash: string,
  now: Date,
): Promise<ReserveOutcome> {
  const lockedUntil = new Date(now.getTime() + RESERVED_FOR_MS);
  const [reserved, held] = await db.batch([
    db
      .insert(idempotencyKeys)
      .values({ ...ref, bodyHash, lockedUntil, createdAt: now })
      .onConflictDoUpdate({
        target: [idempotencyKeys.userId, idempotencyKeys.method, idempotencyKeys.path, idempotencyKeys.key],
        set: { lockedUntil },
        setWhere: and(
          isNull(idempotencyKeys.status),
          eq(idempotencyKeys.bodyHash, bodyHash),
          lt(idempotencyKeys.lockedUntil, now),
        ),
      })
      .returning({ createdAt: idempotencyKeys.createdAt }),
    db.select().from(idempotencyKeys).where(isRow(ref)),
  ]);
  const [mine] = reserved;
  if (mine) return { kind: 'reserved', createdAt: mine.createdAt };
  const [row] = held;
  // Released between the two statements: the client tries again.
  if (!row) return { kind: 'in_flight' };
  if (row.bodyHash !== bodyHash) return { kind: 'other_body' };
  if (row.status === null) return { kind: 'in_flight' };
  // Only `completeIdempotency` and `keepRefusal` write this column.
  return { kind: 'done', status: row.status, answer: row.answer as StoredAnswer };
}

/** The statement that keeps a write's answer for repetitions; part of the write's own batch wherever it has one. */
export function completeIdempotency(
  db: Database,
  { ref, status, data }: { ref: IdempotencyRef; status: number; data: unknown },
) {
  return keep(db, ref, status, { data });
}

/** The statement that keeps a refusal for repetitions. */
export function keepRefusal(
  db: Database,
  { ref, status, error }: { ref: IdempotencyRef; status: number; error: Rejection },
) {
  return keep(db, ref, status, { error });
}

/** Forgets a reservation whose write certainly did not happen; another body may come under the same key. */
export async function forgetReservation(db: Database, ref: IdempotencyRef): Promise<void> {
  await db.delete(idempotencyKeys).where(and(isRow(ref), isNull(idempotencyKeys.status)));
}

/** Unlocks a reservation whose write may have happened: the next attempt derives the same ids, and does it once. */
export async function unlockReservation(db: Database, ref: IdempotencyRef): Promise<void> {
  await db
    .update(idempotencyKeys)
    .set({ lockedUntil: sql`${idempotencyKeys.createdAt} - interval '1 second'` })
    .where(and(isRow(ref), isNull(idempotencyKeys.status)));
}

/**
 * The n-th id of what a write makes, always the same for the same reservation: a UUIDv7 (RFC 9562) whose time is the
 * reservation's and whose random part comes from SHA-256 of it.
 */
export async function derivedId(
  { userId, method, path, key }: IdempotencyRef,
  createdAt: Date,
  n: number,
): Promise<string> {
  const msecs = createdAt.getTime();
  // Keys may hold any printable character, so the parts are joined by one that is not.
  const name = new TextEncoder().encode([userId, method, path, key, msecs, n].join('\n'));
  const random = new Uint8Array(await crypto.subtle.digest('SHA-256', name));
  return uuidv7({ msecs, random: random.subarray(0, 16), seq: new DataView(random.buffer).getUint32(16) });
}

function keep(db: Database, ref: IdempotencyRef, status: number, answer: StoredAnswer) {
  // The first answer stays: a write that ran twice did the same, but may have been told otherwise the second time.
  return db
    .update(idempotencyKeys)
    .set({ status, answer })
    .where(and(isRow(ref), isNull(idempotencyKeys.status)));
}

function isRow({ userId, method, path, key }: IdempotencyRef) {
  return and(
    eq(idempotencyKeys.userId, userId),
    eq(idempotencyKeys.method, method),
    eq(idempotencyKeys.path, path),
    eq(idempotencyKeys.key, key),
  );
}
