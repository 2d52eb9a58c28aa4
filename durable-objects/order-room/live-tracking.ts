import type { ProviderPosition } from '#contract/events.ts';
import type { Database } from '#db/client.ts';
import { appendTrack } from '#db/queries/tracks.ts';
import type { Rejection } from '#domain/errors.ts';
import type { Order, OrderState } from '#domain/orders/order.ts';
import type { Result } from '#domain/result.ts';
import type { Fix, FixFlag } from '#domain/tracking/fix.ts';
import { FIX_TICK_MS, mayTrack, STALE_AFTER_MS, TRAIL_FLUSH_MS } from '#domain/tracking/policy.ts';
import { logFailure } from '../log.ts';
import { LatestPerTick } from '../realtime/latest-per-tick.ts';
import type { NamedAlarms } from '../realtime/named-alarms.ts';
import type { Audience } from './audience.ts';
import type { ProviderTracking } from './provider-tracking.ts';
import type { Crossing } from './tracking-store.ts';

export type TrackingAlarm = 'stale' | 'trail' | 'crossings';

/** A crossing whose recording fails is tried again by alarm, so long after at first. */
const CROSSING_GRACE_MS = 5_000;

type Context = {
  db: Database;
  tracking: ProviderTracking;
  audience: Audience;
  alarms: Pick<NamedAlarms<TrackingAlarm>, 'set' | 'setIfSooner'>;
  now: () => Date;
  /** Records a crossing of the arrival fence as an event of the order; harmless twice. */
  record: (orderId: string, crossing: Crossing) => Promise<Result<unknown, Rejection>>;
  waitUntil: (work: Promise<unknown>) => void;
};

/** Follows the provider while the order may be tracked: shows each position, notices when they stop, keeps the trail. */
export class LiveTracking {
  readonly #context: Context;
  readonly #tick: LatestPerTick;
  /** Whose position the next tick shows. */
  #order: Order | null = null;
  #telling: Promise<void> | null = null;

  constructor(context: Context) {
    this.#context = context;
    this.#tick = new LatestPerTick(FIX_TICK_MS, () => this.#show());
  }

  /** Takes a fix of the order's provider. Answers why it is not relied on, or null. */
  take({ order }: OrderState, fix: Fix): FixFlag | null {
    const { tracking, alarms, now } = this.#context;
    const taken = tracking.take(fix, order, now());
    if (taken.verdict === 'flagged') return taken.reason;

    this.#order = order;
    this.#tick.change();
    alarms.setIfSooner('stale', new Date(fix.at.getTime() + STALE_AFTER_MS));
    alarms.setIfSooner('trail', new Date(now().getTime() + TRAIL_FLUSH_MS));
    if (tracking.untoldCrossings().length > 0) {
      alarms.setIfSooner('crossings', new Date(now().getTime() + CROSSING_GRACE_MS));
      this.#context.waitUntil(
        // The alarm stands; it will try again.
        this.tellCrossings(order.id).catch((error) =>
          logFailure('crossing not told', { orderId: order.id }, error),
        ),
      );
    }
    return null;
  }

  /** The provider's position as the room shows it; null before the first fix, and once they are followed no longer. */
  position(order: Order): ProviderPosition | null {
    return mayTrack(order.status) ? this.#context.tracking.position(order, this.#context.now()) : null;
  }

  /** Records the crossings that the log does not hold yet, one run at a time. Throws when that cannot be done now. */
  async tellCrossings(orderId: string): Promise<void> {
    this.#telling ??= this.#tellCrossings(orderId).finally(() => {
      this.#telling = null;
    });
    return this.#telling;
  }

  async #tellCrossings(orderId: string): Promise<void> {
    const { tracking, record } = this.#context;
    for (let [crossing] = tracking.untoldCrossings(); crossing; [crossing] = tracking.untoldCrossings()) {
      const recorded = await record(orderId, crossing);
      // Any other refusal is final: the work ended meanwhile.
      if (!recorded.ok && recorded.error.code === 'UPSTREAM_UNAVAILABLE') {
        throw new Error(recorded.error.message);
      }
      tracking.crossingTold(crossing);
    }
  }

  /** The `stale` alarm: tells that the provider has fallen silent, or looks again when they could have. */
  async checkStale(state: OrderState | null): Promise<void> {
    const { tracking, audience, alarms, now } = this.#context;
    const lastAt = tracking.lastAt();
    if (!state?.order.providerId || !lastAt || !mayTrack(state.order.status)) return;
    const staleAt = new Date(lastAt.getTime() + STALE_AFTER_MS);
    if (staleAt > now()) alarms.set('stale', staleAt);
    else {
      audience.tellMoment('location:stale', {
        providerId: state.order.providerId,
        lastAt: lastAt.toISOString(),
      });
    }
  }

  /** Writes what is buffered of the trail into the record. */
  async flush(orderId: string): Promise<void> {
    const { db, tracking } = this.#context;
    for (let points = tracking.unflushed(); points.length > 0; points = tracking.unflushed()) {
      await appendTrack(db, orderId, points);
      tracking.flushed(points);
    }
  }

  #show(): void {
    const { tracking, audience, now } = this.#context;
    const position = this.#order && tracking.position(this.#order, now());
    if (position) audience.tellMoment('location:updated', position);
  }
}
