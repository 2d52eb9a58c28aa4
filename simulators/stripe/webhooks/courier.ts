import type { EventType } from '../state.ts';
import type { World } from '../world.ts';
import { type Delivery, noteResult, type WebhookPolicy, waiting, withPendingCount } from './deliveries.ts';
import { signatureHeader } from './signature.ts';

/** What arrives at an endpoint. */
export interface WebhookRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** A webhook that was handed out: it still has to be brought to its endpoint. */
export interface TakenDelivery extends WebhookRequest {
  id: string;
  event: string;
  type: EventType;
}

/** Brings a request to an endpoint. @returns the status it answers with; throws when it cannot be reached */
export type Send = (request: WebhookRequest) => Promise<number>;

/** Takes deliveries to their endpoints, by itself when they are due or one by one when a test says so. */
export class Courier {
  readonly #world: World;
  readonly #send: Send;
  readonly #onWay = new Set<string>();

  constructor(world: World, send: Send) {
    this.#world = world;
    this.#send = send;
  }

  /** Tries every delivery that is due; none while deliveries are held. @returns how many were tried */
  async deliverDue(): Promise<number> {
    const { policy } = this.#world.state.webhooks;
    if (policy.held) return 0;
    const due = waiting(this.#world).filter(
      ({ id, due }) => due <= this.#world.clock() && !this.#onWay.has(id),
    );
    const order = policy.shuffled ? this.#shuffle(due) : due;
    await Promise.all(order.map(({ id }) => this.deliver(id)));
    return order.length;
  }

  /** Tries one delivery now, due or held or not. @returns it as it is afterwards, null when there is none to try */
  async deliver(id: string): Promise<Delivery | null> {
    const { deliveries } = this.#world.state.webhooks;
    const delivery = deliveries.get(id);
    const request = delivery?.status === 'waiting' && !this.#onWay.has(id) ? this.requestOf(delivery) : null;
    if (!request) return null;
    this.#onWay.add(id);
    const status = await this.#send(request).catch(() => 0);
    this.#onWay.delete(id);
    // A reset in between took everything away.
    const current = deliveries.get(id);
    return current ? noteResult(this.#world, current, status >= 200 && status < 300) : null;
  }

  /** What would arrive now: signed with the endpoint's secret and the simulator's time. */
  requestOf(delivery: Delivery): WebhookRequest | null {
    const { state } = this.#world;
    const event = state.events.get(delivery.event);
    const endpoint = state.webhooks.endpoints.get(delivery.endpoint);
    if (!event || !endpoint) return null;
    const body = JSON.stringify(withPendingCount(this.#world, event), null, 2);
    return {
      url: endpoint.url,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signatureHeader(body, endpoint.secret, this.#world.clock()),
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      },
      body,
    };
  }

  /**
   * Hands out what waits and mentions one of these ids, oldest first: whoever takes it brings it to its endpoint. It counts as
   * delivered.
   */
  take(about: readonly string[]): TakenDelivery[] {
    const { events } = this.#world.state;
    return waiting(this.#world).flatMap((delivery) => {
      const event = events.get(delivery.event);
      const request = event && mentions(event, about) ? this.requestOf(delivery) : null;
      if (!event || !request) return [];
      noteResult(this.#world, delivery, true);
      return [{ id: delivery.id, event: event.id, type: event.type, ...request }];
    });
  }

  setPolicy(policy: Partial<WebhookPolicy>): void {
    const { webhooks } = this.#world.state;
    webhooks.policy = { ...webhooks.policy, ...policy };
  }

  #shuffle(deliveries: Delivery[]): Delivery[] {
    return deliveries
      .map((delivery) => ({ delivery, place: this.#world.random() }))
      .sort((a, b) => a.place - b.place)
      .map(({ delivery }) => delivery);
  }
}

/** Whether one of these ids stands anywhere in it. */
function mentions(value: unknown, ids: readonly string[]): boolean {
  if (typeof value === 'string') return ids.includes(value);
  return (
    typeof value === 'object' && value !== null && Object.values(value).some((part) => mentions(part, ids))
  );
}
