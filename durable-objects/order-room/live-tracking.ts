import type { Database } from '#db/client.ts';
import { appendTrack } from '#db/queries/order-commit.ts';
import type { Order, OrderState } from '#domain/orders/order.ts';
import type { Fix, FixFlag } from '#domain/tracking/fix.ts';
import { FIX_TICK_MS, mayTrack, STALE_AFTER_MS, TRAIL_FLUSH_MS } from '#domain/tracking/policy.ts';
import type { NamedAlarms } from '../realtime/named-alarms.ts';
import type { Audience } from './audience.ts';
import { LatestPerTick } from './latest-per-tick.ts';
import type { ProviderTracking } from './provider-tracking.ts';

export type TrackingAlarm = 'stale' | 'trail';

type Context = {
  db: Database;
  tracking: ProviderTracking;
  audience: Audience;
  alarms: Pick<NamedAlarms<TrackingAlarm>, 'set' | 'setIfSooner'>;
  now: () => Date;
  /** The provider crossed the arrival fence. */
  crossed: (order: Order, side: 'inside' | 'outside', distanceMeters: number) => void;
};

/** Follows the provider while the order may be tracked: shows each position, notices when they stop, keeps the trail. */
export class LiveTracking {
  readonly #context: Context;
  readonly #tick: LatestPerTick;
  /** Whose position the next tick shows. */
  #order: Order | null = null;

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
    if (taken.crossed) {
      const distance = tracking.arrivalFix(order)?.distanceMeters ?? 0;
      this.#context.crossed(order, taken.crossed === 'entered' ? 'inside' : 'outside', Math.round(distance));
    }
    return null;
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
