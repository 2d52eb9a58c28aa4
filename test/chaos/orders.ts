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
  return order.id;
}
