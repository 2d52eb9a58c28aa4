import { DurableObject } from 'cloudflare:workers';
import { LEASE_MS } from '#domain/tracking/policy.ts';
import type { Env } from '../env.ts';
import { CellOrders } from './cell-orders.ts';
import { CellProviders } from './cell-providers.ts';
import type { OpenOrder } from './open-order.ts';
import type { ProviderLease, ReachedProvider } from './provider-lease.ts';

/**
 * One H3 cell of resolution 5: the providers who are available in it and the open orders that reach into it. Rooms and
 * persons ask it; no client does, because it knows exactly where providers are.
 */
export class GeoCell extends DurableObject<Env> {
  now: () => Date = () => new Date();
  readonly #orders: CellOrders;
  readonly #providers: CellProviders;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#orders = new CellOrders(ctx.storage.sql);
    this.#providers = new CellProviders(ctx.storage.sql);
  }

  /**
   * A provider says that they are here, until `lease.until`. The answer names the open orders that reach them now and
   * did not before: all of those around a newcomer, and those that somebody comes near to on the way.
   */
  async renew(_cell: string, lease: ProviderLease): Promise<{ newcomer: boolean; orders: OpenOrder[] }> {
    const now = this.now();
    const renewed = this.#providers.renew(lease, now);
    if (renewed === 'outdated') return { newcomer: false, orders: [] };
    await this.#armCleaning(now);
    return {
      newcomer: renewed.before === null,
      orders: this.#orders.tell(lease.personId, lease.location, renewed.before),
    };
  }

  /** A provider went away, or is no longer available. */
  async leave(_cell: string, personId: string, move: number): Promise<void> {
    const now = this.now();
    this.#providers.leave(personId, move, now);
    await this.#armCleaning(now);
  }

  /** An order is open. Answers with the providers here whom it reaches; with none when it was taken back since. */
  async announce(_cell: string, order: OpenOrder): Promise<{ providers: ReachedProvider[] }> {
    if (!this.#orders.announce(order)) return { providers: [] };
    return { providers: this.#providers.within(order, this.now()) };
  }

  /** What was announced of this order before its event `version` no longer holds. Answers with whom this cell told of it. */
  async retract(_cell: string, orderId: string, version: number): Promise<{ told: string[] }> {
    const now = this.now();
    const told = this.#orders.retract(orderId, version, now);
    await this.#armCleaning(now);
    return { told };
  }

  /** What expired is ignored everywhere; here it also goes, because places of people are not kept for nothing. */
  override async alarm(): Promise<void> {
    const now = this.now();
    const due = [this.#providers.forgetExpired(now), this.#orders.forgetExpired(now)].filter(
      (at) => at !== null,
    );
    if (due.length > 0) await this.ctx.storage.setAlarm(Math.min(...due));
  }

  async #armCleaning(now: Date): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(now.getTime() + LEASE_MS);
    }
  }
}
