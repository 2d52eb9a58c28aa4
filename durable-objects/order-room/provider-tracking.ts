import { v7 as uuidv7 } from 'uuid';
import type { ProviderPosition } from '#contract/events.ts';
import { distanceMeters } from '#domain/geo/coordinates.ts';
import type { ArrivalFacts } from '#domain/orders/commands.ts';
import type { Order } from '#domain/orders/order.ts';
import { estimateArrival } from '#domain/tracking/eta.ts';
import { type Fix, type FixHistory, type FixVerdict, judgeFix, NO_FIXES } from '#domain/tracking/fix.ts';
import { advanceGeofence, arrivalFence, type GeofenceSide } from '#domain/tracking/geofence.ts';
import { thinTrail } from '#domain/tracking/trail.ts';
import { type Crossing, TrackingStore, type TrailPoint } from './tracking-store.ts';

/** So many of the latest points count for the estimate of the arrival. */
const RECENT_POINTS = 20;

/**
 * Fixes are written to disk together, this long after the first of them: a write each would cost more than all else
 * that a fix does. A crash loses no more than this; an object with something unwritten is not hibernated.
 */
const WRITE_BEHIND_MS = 1_000;

/** What the next fix is judged by. */
type Held = { history: FixHistory; side: GeofenceSide; recent: TrailPoint[]; lastKept: TrailPoint | null };

/**
 * Where an order's provider is and was: the history that fixes are judged by, the side of the arrival fence, and the
 * trail until it is flushed. Kept in the room's SQLite, so that a woken room goes on where it stopped.
 */
export class ProviderTracking {
  readonly #store: TrackingStore;
  #held: Held | null = null;
  #unwritten: TrailPoint[] = [];
  #writing: ReturnType<typeof setTimeout> | null = null;

  constructor(sql: SqlStorage) {
    this.#store = new TrackingStore(sql);
  }

  /** Judges a fix and, when it is trusted, makes it the provider's position. Distances are to the order's exact place. */
  take(fix: Fix, order: Order, now: Date): FixVerdict {
    const held = this.#hold();
    const { history, ...verdict } = judgeFix(held.history, fix, now);
    held.history = history;
    this.#writeSoon();
    if (verdict.verdict === 'flagged') return verdict;

    const step = advanceGeofence(held.side, arrivalFence(order.place), fix);
    held.side = step.state;
    const point = pointOf(fix);
    held.recent = [...held.recent.slice(1 - RECENT_POINTS), point];
    if (thinTrail([point], held.lastKept).length > 0) {
      held.lastKept = point;
      this.#unwritten.push(point);
    }
    if (step.crossed && order.providerId) {
      // The side and the crossing that it tells of reach the disk together, or neither does.
      this.#write();
      this.#store.keepCrossing({
        id: uuidv7(),
        providerId: order.providerId,
        side: step.crossed === 'entered' ? 'inside' : 'outside',
        distanceMeters: Math.round(distanceMeters(fix, order.place)),
      });
    }
    return verdict;
  }

  /** The last trusted position as the room shows it, or null when there is none. */
  position(order: Order, now: Date): ProviderPosition | null {
    const { history, recent } = this.#hold();
    const fix = history.trusted;
    if (!fix || !order.providerId) return null;
    return {
      providerId: order.providerId,
      ...pointOf(fix),
      at: fix.at.toISOString(),
      distanceMeters: Math.round(distanceMeters(fix, order.place)),
      etaSeconds: estimateArrival(recent, order.place, now)?.seconds ?? null,
    };
  }

  /** The time of the last trusted fix. */
  lastAt(): Date | null {
    return this.#hold().history.trusted?.at ?? null;
  }

  /** What `start` is decided on. */
  arrivalFix(order: Order): ArrivalFacts['fix'] {
    const { history, side } = this.#hold();
    return (
      history.trusted && {
        at: history.trusted.at,
        side,
        distanceMeters: distanceMeters(history.trusted, order.place),
      }
    );
  }

  /** Crossings that the log does not hold yet, in order. */
  untoldCrossings(): Crossing[] {
    return this.#store.crossings();
  }

  /** The log holds this crossing, or never will. */
  crossingTold({ id }: Crossing): void {
    this.#store.forgetCrossing(id);
  }

  /** Points of the trail that are not in the record yet, oldest first; an empty list when all are. */
  unflushed(): TrailPoint[] {
    this.#write();
    return this.#store.unflushed();
  }

  /** The record has these points now. */
  flushed(points: TrailPoint[]): void {
    const last = points.at(-1);
    if (last) this.#store.flushed(last.at, RECENT_POINTS);
  }

  #hold(): Held {
    if (this.#held) return this.#held;
    const recent = this.#store.latest(RECENT_POINTS);
    this.#held = {
      ...(this.#store.judgedBy() ?? { history: NO_FIXES, side: 'unknown' }),
      recent,
      lastKept: recent.at(-1) ?? null,
    };
    return this.#held;
  }

  #writeSoon(): void {
    this.#writing ??= setTimeout(() => this.#write(), WRITE_BEHIND_MS);
  }

  #write(): void {
    if (!this.#writing) return;
    clearTimeout(this.#writing);
    this.#writing = null;
    const { history, side } = this.#hold();
    this.#store.keep({ history, side }, this.#unwritten);
    this.#unwritten = [];
  }
}

function pointOf({ latitude, longitude, heading, speed, accuracy, at }: Fix): TrailPoint {
  return {
    at,
    latitude,
    longitude,
    heading: heading ?? null,
    speed: speed ?? null,
    accuracy: accuracy ?? null,
  };
}
