import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { database } from '#db/client.ts';
import { orderApplications, orderEffects } from '#db/schema/index.ts';
import { placeAt } from '#domain/geo/arbitrary-places.ts';
import { blur } from '#domain/geo/cells.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import { person } from '#durable-objects/stubs.ts';
import { type Frame, openSocket } from '#test/client.ts';
import { type Member, member } from './member.ts';

/** What somebody is told who wants to know where an order or a provider is, word for word but for ids and times. */
export type Transcript = string[];

/** Ids and times differ from world to world whatever the places; everything else may not. */
export function withoutNames(answer: unknown, names: Record<string, string>): string {
  const text = JSON.stringify(answer)
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
    .replaceAll(/"requestId":"[^"]*"/g, '"requestId":"id"');
  return Object.entries(names)
    .reduce((all, [name, as]) => all.replaceAll(name, as), text)
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'id');
}

/** A fan of places around a point: `rings` distances in metres, so many bearings each. */
export function around(center: Coordinates, rings: number[], bearings: number): Coordinates[] {
  return rings.flatMap((meters) =>
    Array.from({ length: bearings }, (_, n) => placeAt(center, (n * 360) / bearings + meters / 100, meters)),
  );
}

/** Two places of one cell, far from each other: nobody who asks may find out which it is. */
export function twoPlacesOfOneCell(somewhere: Coordinates): [Coordinates, Coordinates] {
  const { cell, center } = blur(somewhere);
  const [a, b] = [placeAt(center, 100, 300), placeAt(center, 280, 330)];
  expect([blur(a).cell, blur(b).cell]).toEqual([cell, cell]);
  return [a, b];
}

type Listing = { items: { id: string; distanceMeters: number }[] };
export const query = ({ latitude, longitude }: Coordinates, radius: number, limit: number) =>
  `?latitude=${latitude.toFixed(9)}&longitude=${longitude.toFixed(9)}&radius=${radius}&limit=${limit}`;

/**
 * Everything that `/orders/nearby` or `/providers/nearby` gives away about one thing among decoys: its rank and distance
 * from many points, and from some the smallest radius, to the metre, and the smallest limit that hold it.
 */
export async function survey(
  attacker: Member,
  path: '/orders/nearby' | '/providers/nearby',
  { center, target }: { center: Coordinates; target: string },
): Promise<unknown[]> {
  const ask = async (from: Coordinates, radius: number, limit: number) => {
    const reply = await attacker.api.get<Listing>(`${path}${query(from, radius, limit)}`);
    expect(reply.status).toBe(200);
    return reply.data.items;
  };
  const found: unknown[] = [];
  for (const from of around(center, [0, 40, 150, 400, 700, 1_500, 4_000], 12)) {
    found.push(await ask(from, 10_000, 50));
  }
  for (const from of around(center, [60, 500, 2_500], 4)) {
    const holds = async (radius: number, limit: number) =>
      (await ask(from, radius, limit)).some(({ id }) => id === target);
    found.push(['radius', await smallest(10_000, (radius) => holds(radius, 50))]);
    found.push(['limit', await smallest(50, (limit) => holds(10_000, limit))]);
  }
  return found;
}

/** The smallest number from 1 to `most` for which it holds, given that it then holds for all that are larger. */
async function smallest(most: number, holds: (n: number) => Promise<boolean>): Promise<number> {
  let [low, high] = [1, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Everything that an order owes has happened: offers have arrived wherever they go. */
export async function settled(orderId: string): Promise<void> {
  const owed = () =>
    database(env)
      .select()
      .from(orderEffects)
      .where(and(eq(orderEffects.orderId, orderId), isNull(orderEffects.doneAt)));
  await expect.poll(owed, { timeout: 20_000 }).toEqual([]);
}

/** Lets all bids on an order have come the moment it was placed: how fast somebody is is of the clock, not of a place. */
export async function answeredAtOnce(orderId: string): Promise<void> {
  await database(env)
    .update(orderApplications)
    .set({ createdAt: sql`(select created_at from live_stream_orders where id = order_id)` })
    .where(eq(orderApplications.orderId, orderId));
}

/** Longer than a lease goes unrenewed, and long enough to get around in a neighbourhood. */
const STEP_MS = 31_000;

/** A provider who goes about, takes orders wherever they are, and listens on their own socket. */
export async function lurker(at: Coordinates) {
  const self = await member('both', { premium: true });
  const stub = person(env, self.id);
  let ahead = 0;
  const put = async (path: string, body: object) =>
    expect((await self.api.put(`/providers/me/${path}`, body)).error).toBeNull();
  /** Stands somewhere, and takes orders from there. Whatever the cell there tells has come when this is done. */
  const standAt = async (place: Coordinates) => {
    await put('availability', { available: false });
    ahead += STEP_MS;
    const now = () => new Date(Date.now() + ahead);
    await runInDurableObject(stub, (object) => {
      object.now = now;
    });
    await put('location', place);
    await put('availability', { available: true });
  };
  const socket = await openSocket('/users/me/socket', self.accessToken);
  await socket.next('room:resumed');
  await standAt(at);
  /** All that came over their socket so far. */
  const heard = async (): Promise<Frame[]> => {
    await socket.request('auth:refresh', { accessToken: 'none' });
    return socket.frames.filter(({ event }) => event !== undefined);
  };
  return { ...self, standAt, heard, close: () => socket.close() };
}
