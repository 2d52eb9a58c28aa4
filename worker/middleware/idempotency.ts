import { createMiddleware } from 'hono/factory';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { v7 as uuidv7 } from 'uuid';
import type { Failure, Success } from '#contract/envelope.ts';
import {
  completeIdempotency,
  derivedId,
  forgetReservation,
  type IdempotencyRef,
  keepRefusal,
  reserveIdempotency,
  type StoredAnswer,
  unlockReservation,
} from '#db/queries/idempotency.ts';
import { logFailure } from '#durable-objects/log.ts';
import { sha256 } from '#durable-objects/sha256.ts';
import { answer, refusal } from '../answer.ts';
import type { ApiContext, ApiEnv } from '../api.ts';
import { ApiError, reject, rejectField } from '../errors.ts';

/**
 * A key that this request holds. `handedOver`: the effect's own transaction keeps the answer, if it succeeds. `holdsSecret`: nobody
 * keeps it.
 */
export type Reservation = { ref: IdempotencyRef; createdAt: Date; handedOver: boolean; holdsSecret: boolean };

/** What a write needs so that running it twice does it once. */
export type Idempotency = {
  /** Names this write; the same for every run of it. */
  commandId: string;
  /** The n-th id of something that this write makes; the same for every run of it. */
  newId(n?: number): Promise<string>;
  /**
   * The reservation, for an effect that completes it in its own transaction by `completeIdempotency`; null when there
   * is none. Call it only for such an effect: the answer is not kept a second time.
   */
  handOver(): IdempotencyRef | null;
  /** The answer holds a secret and is not kept. The same key runs the write again, so its ids must make that harmless. */
  keepNoAnswer(): void;
};

const KEY = /^[\x20-\x7e]{1,255}$/;
const MAX_PATH_LENGTH = 500;
/** What lets a browser confirm a payment, wherever it stands in an answer. Quoted in a text, its quotes are escaped. */
const CLIENT_SECRET = /"clientSecret"\s*:\s*"/;
const WRITES = new Set(['POST', 'PUT', 'DELETE']);

/**
 * Idempotency-Key on every write of someone signed in: the first answer is replayed to every repetition. Sign-ins are
 * left out, because their answers hold tokens.
 */
export const idempotency = createMiddleware<ApiEnv>(async (c, next) => {
  const key = c.req.header('Idempotency-Key');
  const caller = c.get('caller');
  const isWrite = WRITES.has(c.req.method) && !c.req.path.startsWith('/api/v1/auth/');
  if (key !== undefined && isWrite && !KEY.test(key)) {
    rejectField('Idempotency-Key', 'must be 1 to 255 printable ASCII characters');
  }
  if (key === undefined || !isWrite || !caller) return next();

  // As it was sent: decoded, it may hold what Postgres does not store.
  const path = new URL(c.req.url).pathname;
  // No route of ours is so long; the index of keys would be the one to refuse it.
  if (path.length > MAX_PATH_LENGTH) return next();
  const ref = { userId: caller.userId, method: c.req.method, path, key };
  const outcome = await reserveIdempotency(c.get('db'), ref, await sha256(await c.req.text()), c.get('now'));
  switch (outcome.kind) {
    case 'done':
      return replay(c, outcome.status, outcome.answer);
    case 'in_flight':
      return reject('CONFLICT', 'A request with this Idempotency-Key is still being carried out.', {
        reason: 'in_flight',
      });
    case 'other_body':
      return reject('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used with another body.');
    case 'reserved': {
      const reservation: Reservation = {
        ref,
        createdAt: outcome.createdAt,
        handedOver: false,
        holdsSecret: false,
      };
      c.set('reservation', reservation);
      await next();
      // The answer stands, whatever becomes of the key: a lost one lapses by itself.
      await settle(c, reservation).catch((error) =>
        logFailure('idempotency_key_not_settled', { requestId: c.get('requestId') }, error),
      );
    }
  }
});

/** What the handler of a write needs to be harmless twice. Without an Idempotency-Key every id is new. */
export async function idempotencyOf(c: ApiContext): Promise<Idempotency> {
  const reservation = c.get('reservation');
  if (!reservation) {
    return {
      commandId: uuidv7(),
      newId: async () => uuidv7(),
      handOver: () => null,
      keepNoAnswer: () => {},
    };
  }
  const { ref, createdAt } = reservation;
  return {
    commandId: await derivedId(ref, createdAt, 0),
    newId: (n = 0) => derivedId(ref, createdAt, n + 1),
    handOver: () => {
      reservation.handedOver = true;
      return ref;
    },
    keepNoAnswer: () => {
      reservation.holdsSecret = true;
    },
  };
}

async function settle(c: ApiContext, { ref, handedOver, holdsSecret }: Reservation): Promise<void> {
  const db = c.get('db');
  const { status } = c.res;
  if (status >= 500 || holdsSecret) return unlockReservation(db, ref);
  if (status === 400 || status === 429) return forgetReservation(db, ref);
  if (status < 400 && handedOver) return;
  const text = await c.res.clone().text();
  // Whoever made it should have said so.
  if (CLIENT_SECRET.test(text)) return unlockReservation(db, ref);
  // Everything under /api/v1 that writes answers in the envelope.
  const body = JSON.parse(text) as Success<unknown> | Failure;
  if (body.success) await completeIdempotency(db, { ref, status, data: body.data });
  else await keepRefusal(db, { ref, status, error: body.error });
}

function replay(c: ApiContext, status: number, stored: StoredAnswer): Response {
  c.header('Idempotency-Replayed', 'true');
  if ('error' in stored) return refusal(c, new ApiError(stored.error));
  // It was sent with this status before.
  return answer(c, stored.data, status as ContentfulStatusCode);
}
