import { setTimeout as sleep } from 'node:timers/promises';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import type { ApplicationView, OrderView } from '#domain/orders/order-view.ts';
import type { Caller, HttpClient } from './http-client.ts';

/** What a creator asks for. */
export function draftAt(place: Coordinates) {
  return {
    title: 'Is the ferry running?',
    location: { ...place, address: 'Pier 1', locality: 'Harbour' },
    baseAmount: 25,
  };
}

/** An order whose provider was accepted and is on the way. */
export async function acceptedOrder(
  http: HttpClient,
  creator: Caller,
  provider: Caller,
  place: Coordinates,
): Promise<string> {
  const post = async <T>(caller: Caller, path: string, body: unknown): Promise<T> => {
    const { data, error } = await http.write<T>(caller, { method: 'POST', path, body });
    if (error) throw new Error(`${path}: ${error.message}`);
    return data;
  };
  const { order } = await post<{ order: OrderView }>(creator, '/orders', draftAt(place));
  const path = `/orders/${order.id}`;
  const { application } = await post<{ application: ApplicationView }>(provider, `${path}/applications`, {});
  await post(creator, `${path}/accept`, { applicationId: application.id });
  await untilAccepted(http, creator, order.id);
  return order.id;
}

/** A call to Stripe that nobody saw end is looked for when its lease is over, after a minute. */
const PAID_WITHIN_MS = 150_000;

/** Waits until the payment of an acceptance is through: while Stripe takes its time it is answered as under way. */
export async function untilAccepted(http: HttpClient, creator: Caller, orderId: string): Promise<void> {
  const giveUpAt = performance.now() + PAID_WITHIN_MS;
  for (;;) {
    const answer = await http
      .send<{ order: OrderView }>(creator, 'GET', `/orders/${orderId}`)
      .catch(() => null);
    const status = answer?.data?.order.status;
    if (status && status !== 'pending') {
      if (status !== 'accepted') throw new Error(`instead of accepted the order is ${status}`);
      return;
    }
    if (performance.now() > giveUpAt) throw new Error('the order was never accepted');
    await sleep(100);
  }
}
