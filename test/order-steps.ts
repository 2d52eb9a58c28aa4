import { expect } from 'vitest';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import type { ApplicationView, OrderView } from '#domain/orders/order-view.ts';
import type { Reply, TestPerson } from './client.ts';

/** The steps of an order's life as clients take them, for tests that are about one of the later ones. */

/** A place that no other test is near to. */
export function somewhere(): Coordinates {
  const random = () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  return {
    latitude: Math.round((random() / 2 ** 32) * 120_000_000 - 60_000_000) / 1e6,
    longitude: Math.round((random() / 2 ** 32) * 340_000_000 - 170_000_000) / 1e6,
  };
}

/** A place so many metres north of another. */
export function northOf({ latitude, longitude }: Coordinates, meters: number): Coordinates {
  return { latitude: latitude + meters / 111_195, longitude };
}

function expectDone<T>(reply: Reply<T>): T {
  expect(reply.error).toBeNull();
  return reply.data;
}

/** A pending order; `given` says what matters to the test. */
export async function placeOrder(
  creator: TestPerson,
  { location = somewhere(), ...given }: { location?: Coordinates; [field: string]: unknown } = {},
): Promise<OrderView> {
  const body = {
    title: 'Sunset from the hill',
    location: { ...location, address: '1 Hill Road', locality: 'Hilltown' },
    baseAmount: 25,
    ...given,
  };
  return expectDone(await creator.api.post<{ order: OrderView }>('/orders', body)).order;
}

/** An application to an order. */
export async function applyTo(
  orderId: string,
  provider: TestPerson,
  body: Record<string, unknown> = {},
): Promise<ApplicationView> {
  const path = `/orders/${orderId}/applications`;
  return expectDone(await provider.api.post<{ application: ApplicationView }>(path, body)).application;
}

/** Someone's command without more to say than its name: `complete`, `release` … */
export async function give(
  person: TestPerson,
  orderId: string,
  command: string,
  body: Record<string, unknown> = {},
): Promise<OrderView> {
  return expectDone(await person.api.post<{ order: OrderView }>(`/orders/${orderId}/${command}`, body)).order;
}

/** An order for which this provider was accepted. */
export async function acceptedOrder(creator: TestPerson, provider: TestPerson, location = somewhere()) {
  const order = await placeOrder(creator, { location });
  const application = await applyTo(order.id, provider);
  return give(creator, order.id, 'accept', { applicationId: application.id });
}

const homes = new Map<string, Coordinates>();

/** Where a provider is in every test of a file: nobody gets across the world between two orders. */
export function homeOf({ id }: TestPerson): Coordinates {
  const home = homes.get(id) ?? somewhere();
  homes.set(id, home);
  return home;
}

/** An order at its provider's home, who has arrived and begun. */
export async function activeOrder(creator: TestPerson, provider: TestPerson) {
  const location = homeOf(provider);
  const order = await acceptedOrder(creator, provider, location);
  expectDone(await provider.api.put('/providers/me/location', location));
  return give(provider, order.id, 'start');
}
