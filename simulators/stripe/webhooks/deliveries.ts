import type { KeptEvent } from '../state.ts';
import type { World } from '../world.ts';

/** Where events are sent. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  /** `whsec_…` */
  readonly secret: string;
  /** Events of connected accounts, instead of the platform's own. */
  readonly connect: boolean;
  /** Event types; `*` for all. */
  readonly events: readonly string[];
}

/** One event on its way to one endpoint. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly endpoint: string;
  /** Failed tries so far. */
  readonly tries: number;
  /** Unix seconds: when it is tried next. */
  readonly due: number;
  readonly status: 'waiting' | 'delivered' | 'given_up' | 'dropped';
}

/** What tests do to deliveries on their way. */
export interface WebhookPolicy {
  /** Nothing is sent by itself. */
  held: boolean;
  /** What is due together goes out in a random order. */
  shuffled: boolean;
  /** How likely an event is sent twice: 0 to 1. */
  doubled: number;
  /** How likely it never arrives: 0 to 1. */
  dropped: number;
  /** It leaves at a random time up to so many seconds later. */
  delaySeconds: number;
}

/** https://docs.stripe.com/webhooks#retries: with backoff, for up to three days. */
const RETRY_AFTER_SECONDS = [60, 5 * 60, 30 * 60, 2 * 60 * 60, 5 * 60 * 60, 10 * 60 * 60, 12 * 60 * 60];
const GIVEN_UP_AFTER = 3 * 24 * 60 * 60;

/** Puts an event on its way to every endpoint that wants it. */
export function enqueue(world: World, event: KeptEvent): void {
  const { endpoints, policy } = world.state.webhooks;
  for (const endpoint of endpoints.values()) {
    if (endpoint.connect !== (event.account !== undefined)) continue;
    if (!endpoint.events.some((type) => type === '*' || type === event.type)) continue;
    const copies = policy.doubled > 0 && world.random() < policy.doubled ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) add(world, event, endpoint);
  }
}

function add(world: World, event: KeptEvent, endpoint: WebhookEndpoint): void {
  const { deliveries, policy } = world.state.webhooks;
  const dropped = policy.dropped > 0 && world.random() < policy.dropped;
  const delay = policy.delaySeconds > 0 ? Math.floor(world.random() * policy.delaySeconds) : 0;
  const id = world.id('whd');
  deliveries.set(id, {
    id,
    event: event.id,
    endpoint: endpoint.id,
    tries: 0,
    due: world.now() + delay,
    status: dropped ? 'dropped' : 'waiting',
  });
}

/** @returns what has yet to arrive, oldest first */
export function waiting(world: World): Delivery[] {
  const all = [...world.state.webhooks.deliveries.values()];
  return all.filter(({ status }) => status === 'waiting').sort((a, b) => a.due - b.due);
}

/** The same event, sent to the same endpoint once more. */
export function sendAgain(world: World, delivery: Delivery): Delivery {
  const copy: Delivery = {
    ...delivery,
    id: world.id('whd'),
    tries: 0,
    due: world.clock(),
    status: 'waiting',
  };
  world.state.webhooks.deliveries.set(copy.id, copy);
  return copy;
}

export function changeDelivery(world: World, delivery: Delivery, changes: Partial<Delivery>): Delivery {
  const changed = { ...delivery, ...changes };
  world.state.webhooks.deliveries.set(delivery.id, changed);
  return changed;
}

/** The endpoint took it, or it is tried again later, for up to three days. */
export function noteResult(world: World, delivery: Delivery, succeeded: boolean): Delivery {
  if (succeeded) return changeDelivery(world, delivery, { status: 'delivered' });
  const event = world.state.events.get(delivery.event);
  const pause = RETRY_AFTER_SECONDS[Math.min(delivery.tries, RETRY_AFTER_SECONDS.length - 1)] ?? 0;
  const due = world.clock() + pause;
  const tooOld = due - (event?.created ?? 0) > GIVEN_UP_AFTER;
  return changeDelivery(world, delivery, {
    tries: delivery.tries + 1,
    due,
    status: tooOld ? 'given_up' : 'waiting',
  });
}

/** An event as it is told: with how many endpoints have yet to take it. */
export function withPendingCount(world: World, event: KeptEvent): KeptEvent {
  let pending = 0;
  for (const delivery of world.state.webhooks.deliveries.values()) {
    if (delivery.event === event.id && delivery.status === 'waiting') pending += 1;
  }
  return { ...event, pending_webhooks: pending };
}
