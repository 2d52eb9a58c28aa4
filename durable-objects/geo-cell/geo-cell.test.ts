import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { matchingCell } from '#domain/geo/cells.ts';
import { type Coordinates, distanceMeters } from '#domain/geo/coordinates.ts';
import { NO_STANDING } from '#domain/matching/ranking.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import { LEASE_MS } from '#domain/tracking/policy.ts';
import { geoCell } from '../stubs.ts';
import type { OpenOrder } from './open-order.ts';
import type { ProviderLease } from './provider-lease.ts';

const STARTED = Date.UTC(2030, 0, 1, 12);
const CENTER = { latitude: 47.37, longitude: 8.54 };
const CELL = matchingCell(CENTER);

const north = ({ latitude, longitude }: Coordinates, meters: number) => ({
  latitude: latitude + meters / 111_195,
  longitude,
});

/** A cell of its own, whose clock the test sets. */
async function cellAt(time = STARTED) {
  const cell = geoCell(env, crypto.randomUUID());
  const setClock = (now: number) =>
    runInDurableObject(cell, (instance) => {
      instance.now = () => new Date(now);
    });
  await setClock(time);
  return { cell, setClock };
}

const lease = (personId: string, given: Partial<ProviderLease> = {}): ProviderLease => ({
  personId,
  move: 1,
  location: CENTER,
  standing: NO_STANDING,
  until: STARTED + LEASE_MS,
  ...given,
});

/** An order as its room announces it: all that a cell reads of its view is the blurred place. */
function openOrder(given: Partial<OpenOrder> & { at?: Coordinates } = {}): OpenOrder {
  const { at = CENTER, ...rest } = given;
  const location = { ...at, address: null, locality: 'Town', precision: 'cell' };
  const view = { id: 'order', title: 'A stream', location } as OrderView; // the rest of it is only passed on
  return { orderId: 'order', version: 1, creatorId: 'creator', serviceRadius: 5_000, view, ...rest };
}

const personsIn = ({ providers }: { providers: { personId: string }[] }) =>
  providers.map(({ personId }) => personId);
const ordersIn = ({ orders }: { orders: { orderId: string }[] }) => orders.map(({ orderId }) => orderId);

describe('a new order', () => {
  it('finds the providers within its radius, the border included, with all that ranking needs', async () => {
    const { cell } = await cellAt();
    const location = north(CENTER, 4_990);
    const standing = { ...NO_STANDING, ratingAverage: 4.5, ratingCount: 3 };
    await cell.renew(CELL, lease('inside', { location, standing }));
    await cell.renew(CELL, lease('outside', { location: north(CENTER, 5_010) }));
    const exactly = Math.ceil(distanceMeters(CENTER, location));
    const { providers } = await cell.announce(CELL, openOrder());
    expect(providers).toEqual([{ personId: 'inside', location, standing }]);
    expect(personsIn(await cell.announce(CELL, openOrder({ version: 2, serviceRadius: exactly })))).toEqual([
      'inside',
    ]);
    expect(
      personsIn(await cell.announce(CELL, openOrder({ version: 3, serviceRadius: exactly - 1 }))),
    ).toEqual([]);
  });

  it('does not find its own creator, nor anyone whose lease has run out or who has left', async () => {
    const { cell, setClock } = await cellAt();
    await cell.renew(CELL, lease('creator'));
    await cell.renew(CELL, lease('gone'));
    await cell.renew(CELL, lease('silent'));
    await cell.renew(CELL, lease('here', { until: STARTED + LEASE_MS + 1 }));
    await cell.leave(CELL, 'gone', 2);
    await setClock(STARTED + LEASE_MS - 1);
    expect(personsIn(await cell.announce(CELL, openOrder())).sort()).toEqual(['here', 'silent']);
    await setClock(STARTED + LEASE_MS);
    expect(personsIn(await cell.announce(CELL, openOrder()))).toEqual(['here']);
  });

  it('is not held again by an announcement that was overtaken', async () => {
    const { cell } = await cellAt();
    await cell.renew(CELL, lease('provider'));
    await cell.announce(CELL, openOrder({ version: 3, serviceRadius: 100 }));
    expect(await cell.announce(CELL, openOrder({ version: 2 }))).toEqual({ providers: [] });
    expect(ordersIn(await cell.renew(CELL, lease('newcomer', { location: north(CENTER, 500) })))).toEqual([]);

    await cell.retract(CELL, 'order', 4);
    expect(await cell.announce(CELL, openOrder({ version: 3 }))).toEqual({ providers: [] });
    expect(ordersIn(await cell.renew(CELL, lease('another')))).toEqual([]);
  });

  it('answers the same when it is announced twice', async () => {
    const { cell } = await cellAt();
    await cell.renew(CELL, lease('provider'));
    expect(personsIn(await cell.announce(CELL, openOrder()))).toEqual(['provider']);
    expect(personsIn(await cell.announce(CELL, openOrder()))).toEqual(['provider']);
    expect(ordersIn(await cell.renew(CELL, lease('newcomer')))).toEqual(['order']);
  });
});

describe('taking an order back', () => {
  it('removes what was announced before, and names whom the cell told, as often as it is asked', async () => {
    const { cell } = await cellAt();
    await cell.announce(CELL, openOrder());
    await cell.renew(CELL, lease('newcomer'));
    expect(await cell.retract(CELL, 'order', 2)).toEqual({ told: ['newcomer'] });
    expect(await cell.retract(CELL, 'order', 2)).toEqual({ told: ['newcomer'] });
    expect(ordersIn(await cell.renew(CELL, lease('later')))).toEqual([]);
  });

  it('leaves what was announced at the same time or since: an edit takes back and announces', async () => {
    const { cell } = await cellAt();
    await cell.announce(CELL, openOrder({ version: 1 }));
    await cell.renew(CELL, lease('first'));
    expect(await cell.retract(CELL, 'order', 2)).toEqual({ told: ['first'] });
    await cell.announce(CELL, openOrder({ version: 2 }));
    expect(await cell.retract(CELL, 'order', 2)).toEqual({ told: [] });
    expect(await cell.retract(CELL, 'order', 1)).toEqual({ told: [] });
    expect(ordersIn(await cell.renew(CELL, lease('second')))).toEqual(['order']);
    expect(await cell.retract(CELL, 'order', 3)).toEqual({ told: ['second'] });
  });

  it('holds when the announcement arrives after it, until nothing can be under way any longer', async () => {
    const { cell, setClock } = await cellAt();
    await cell.retract(CELL, 'order', 2);
    await cell.announce(CELL, openOrder({ version: 1 }));
    expect(ordersIn(await cell.renew(CELL, lease('newcomer')))).toEqual([]);
    await setClock(STARTED + 3_600_000);
    await runDurableObjectAlarm(cell);
    expect(await leftIn(cell)).toMatchObject({ orders: 0, retracted: 0, told: 0 });
  });
});

describe('a provider', () => {
  it('who comes is told of the open orders that reach them, but not of their own', async () => {
    const { cell } = await cellAt();
    await cell.announce(CELL, openOrder({ orderId: 'near' }));
    await cell.announce(CELL, openOrder({ orderId: 'far', at: north(CENTER, 8_000) }));
    await cell.announce(CELL, openOrder({ orderId: 'own', creatorId: 'provider' }));
    const answer = await cell.renew(CELL, lease('provider'));
    expect(answer).toMatchObject({
      newcomer: true,
      orders: [{ orderId: 'near', view: { title: 'A stream' } }],
    });
  });

  it('who stays is told of nothing twice, and of what they come near to', async () => {
    const { cell } = await cellAt();
    await cell.announce(CELL, openOrder({ orderId: 'near' }));
    await cell.announce(CELL, openOrder({ orderId: 'far', at: north(CENTER, 8_000) }));
    await cell.renew(CELL, lease('provider'));
    const again = await cell.renew(CELL, lease('provider', { move: 2 }));
    expect(again).toEqual({ newcomer: false, orders: [] });
    const closer = await cell.renew(CELL, lease('provider', { move: 3, location: north(CENTER, 4_000) }));
    expect([closer.newcomer, ordersIn(closer)]).toEqual([false, ['far']]);
  });

  it('who comes back after their lease ran out is a newcomer again', async () => {
    const { cell, setClock } = await cellAt();
    await cell.announce(CELL, openOrder());
    await cell.renew(CELL, lease('provider'));
    await setClock(STARTED + LEASE_MS);
    const back = await cell.renew(CELL, lease('provider', { move: 2, until: STARTED + 2 * LEASE_MS }));
    expect([back.newcomer, ordersIn(back)]).toEqual([true, ['order']]);
  });

  it('is where their highest move says, whatever arrives later', async () => {
    const { cell } = await cellAt();
    await cell.renew(CELL, lease('provider', { move: 5, location: north(CENTER, 9_000) }));
    expect(await cell.renew(CELL, lease('provider', { move: 4 }))).toEqual({ newcomer: false, orders: [] });
    expect(personsIn(await cell.announce(CELL, openOrder()))).toEqual([]);
    await cell.leave(CELL, 'provider', 4);
    const wide = openOrder({ version: 2, serviceRadius: 25_000 });
    expect(personsIn(await cell.announce(CELL, wide))).toEqual(['provider']);
  });

  it('who left is not brought back by a renewal that was sent before, even if that arrives first', async () => {
    const { cell } = await cellAt();
    for (const [personId, leftAs] of [
      ['overtaken', 6],
      ['same', 5],
    ] as const) {
      await cell.leave(CELL, personId, leftAs);
      expect((await cell.renew(CELL, lease(personId, { move: 5 }))).newcomer).toBe(false);
    }
    expect(personsIn(await cell.announce(CELL, openOrder()))).toEqual([]);
    expect((await cell.renew(CELL, lease('overtaken', { move: 7 }))).newcomer).toBe(true);
  });

  it('whose word took longer than it holds is not there', async () => {
    const { cell } = await cellAt();
    expect((await cell.renew(CELL, lease('provider', { until: STARTED }))).newcomer).toBe(false);
    expect(personsIn(await cell.announce(CELL, openOrder()))).toEqual([]);
  });

  it('is told of the nearest hundred when there are more', async () => {
    const { cell } = await cellAt();
    for (let i = 0; i < 120; i++) {
      const at = north(CENTER, (i * 37) % 120);
      await cell.announce(CELL, openOrder({ orderId: `order-${(i * 37) % 120}`, at }));
    }
    const told = ordersIn(await cell.renew(CELL, lease('provider')));
    expect(told).toEqual(Array.from({ length: 100 }, (_, i) => `order-${i}`));
  });
});

describe('a cell', () => {
  it('that is evicted goes on as it was', async () => {
    const { cell, setClock } = await cellAt();
    await cell.announce(CELL, openOrder());
    await cell.renew(CELL, lease('provider', { move: 3 }));
    await cell.leave(CELL, 'left', 9);
    await cell.retract(CELL, 'retracted', 9);
    await evictDurableObject(cell);
    await setClock(STARTED + 1);
    expect(personsIn(await cell.announce(CELL, openOrder()))).toEqual(['provider']);
    expect(await cell.renew(CELL, lease('provider', { move: 3 }))).toEqual({ newcomer: false, orders: [] });
    expect((await cell.renew(CELL, lease('left', { move: 8 }))).newcomer).toBe(false);
    await cell.announce(CELL, openOrder({ orderId: 'retracted', version: 8 }));
    expect(ordersIn(await cell.renew(CELL, lease('newcomer')))).toEqual(['order']);
  });

  it("keeps nobody's place longer than their lease", async () => {
    const { cell, setClock } = await cellAt();
    await cell.renew(CELL, lease('provider'));
    await cell.renew(CELL, lease('longer', { until: STARTED + LEASE_MS + 60_000 }));
    await setClock(STARTED + LEASE_MS);
    expect(await runDurableObjectAlarm(cell)).toBe(true);
    expect(await leftIn(cell)).toMatchObject({ providers: 1 });
    await setClock(STARTED + LEASE_MS + 60_000);
    expect(await runDurableObjectAlarm(cell)).toBe(true);
    expect(await leftIn(cell)).toMatchObject({ providers: 0 });
    expect(await runDurableObjectAlarm(cell)).toBe(false);
  });
});

function leftIn(cell: ReturnType<typeof geoCell>) {
  return runInDurableObject(cell, (_, { storage }) =>
    storage.sql
      .exec<{ providers: number; orders: number; retracted: number; told: number }>(
        `select (select count(*) from providers) as providers, (select count(*) from orders) as orders,
           (select count(*) from retracted) as retracted, (select count(*) from told) as told`,
      )
      .one(),
  );
}
