import type { LiveRequestData } from '#contract/live-room.ts';
import type { Rejection } from '#domain/errors.ts';
import { PERSON_CHAT_RATE, PERSON_REACTION_RATE, roomChatRate } from '#domain/live/chat-rate.ts';
import type { LiveEvent, RecordedLiveEvent } from '#domain/live/live-events.ts';
import { mayInRoom } from '#domain/live/live-roles.ts';
import { REACTION_TICK_MS, type ReactionCounts, withReactions } from '#domain/live/reactions.ts';
import { type Bucket, isFull, type Rate, takeTokens } from '#domain/rates/token-bucket.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { LatestPerTick } from '../realtime/latest-per-tick.ts';
import type { LiveAudience } from './live-audience.ts';
import type { LiveLog } from './live-log.ts';
import type { People, Visitor } from './people.ts';

/** So many people's buckets are kept before those that are full again are forgotten. */
const MOST_BUCKETS = 1_000;

type Context = {
  people: People;
  log: LiveLog;
  audience: LiveAudience;
  /** Writes an event into the log and tells it. */
  happened: (event: LiveEvent) => RecordedLiveEvent;
  now: () => Date;
};

/**
 * What people say and show. Rates are kept in memory: an object is hibernated only after seconds of silence, by which time
 * nearly all buckets are full again.
 */
export class Chat {
  readonly #context: Context;
  readonly #spoken = new Map<string, Bucket>();
  readonly #reacted = new Map<string, Bucket>();
  #room: Bucket | null = null;
  #counts: ReactionCounts = {};
  readonly #reactionTick = new LatestPerTick(REACTION_TICK_MS, () => {
    const counts = this.#counts;
    this.#counts = {};
    this.#context.audience.tellMoment('reaction:burst', { counts });
  });

  constructor(context: Context) {
    this.#context = context;
  }

  say({ userId, username, role, muted }: Visitor, text: string): Result<{ seq: number }, Rejection> {
    if (muted) return err(MUTED);
    const late = this.#take(this.#spoken, userId, PERSON_CHAT_RATE) ?? this.#takeOfRoom(role);
    if (late !== null) return err(tooFast(late));
    const { seq } = this.#context.happened({ name: 'chat:message', data: { userId, username, role, text } });
    return ok({ seq });
  }

  /** Takes a message back: one's own, or anybody's by those who keep order. Twice is harmless. */
  delete({ userId, role }: Visitor, seq: number): Result<Record<string, never>, Rejection> {
    const { log, happened } = this.#context;
    const message = log.message(seq);
    if (!message) return err({ code: 'NOT_FOUND', message: 'There is no such message.' });
    if (message.data.userId !== userId && !mayInRoom(role, 'delete_any_message')) {
      return err({ code: 'FORBIDDEN', message: 'Only its author, the host and moderators may delete this.' });
    }
    if (message.data.text === null) return ok({});
    log.redact(message);
    happened({ name: 'chat:deleted', data: { message: seq, by: userId } });
    return ok({});
  }

  react(
    { userId, muted }: Visitor,
    { reaction, count }: LiveRequestData['reaction:send'],
  ): Result<Record<string, never>, Rejection> {
    if (muted) return err(MUTED);
    const late = this.#take(this.#reacted, userId, PERSON_REACTION_RATE, count);
    if (late !== null) return err(tooFast(late));
    this.#counts = withReactions(this.#counts, reaction, count);
    this.#reactionTick.change();
    return ok({});
  }

  /** Null, or how long to wait, in milliseconds. */
  #take(buckets: Map<string, Bucket>, userId: string, rate: Rate, cost = 1): number | null {
    const now = this.#context.now().getTime();
    const taken = takeTokens(buckets.get(userId) ?? null, rate, now, cost);
    if (buckets.size >= MOST_BUCKETS) {
      for (const [id, bucket] of buckets) if (isFull(bucket, rate, now)) buckets.delete(id);
    }
    buckets.set(userId, taken.bucket);
    return taken.retryAfterMs;
  }

  /** Those who keep order are heard even when everybody talks. */
  #takeOfRoom(role: Visitor['role']): number | null {
    if (mayInRoom(role, 'moderate')) return null;
    const rate = roomChatRate(this.#context.people.count().present);
    const taken = takeTokens(this.#room, rate, this.#context.now().getTime());
    this.#room = taken.bucket;
    return taken.retryAfterMs;
  }
}

const MUTED: Rejection = {
  code: 'FORBIDDEN',
  message: 'You cannot write here: the host or a moderator has muted you.',
  details: { reason: 'muted' },
};

function tooFast(retryAfterMs: number): Rejection {
  return {
    code: 'RATE_LIMITED',
    message: 'Slow down a little.',
    details: { reason: 'too_fast', retryAfterMs },
  };
}
