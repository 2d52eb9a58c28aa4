import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as locationQueries from '#db/queries/provider-locations.ts';
import { providerLocations, users } from '#db/schema/index.ts';
import { blur, matchingCell } from '#domain/geo/cells.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import { framesUntilNow, START, signedIn } from '#test/signed-in.ts';
import { GeoCell } from '../geo-cell/geo-cell.ts';
import type { OpenOrder } from '../geo-cell/open-order.ts';
import { person } from '../stubs.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const MINUTE = 60_000;
const here = { latitude: 52.52, longitude: 13.405 };
/** Some 100 km away, in another matching cell; one gets there in an hour. */
const away = { latitude: 53.42, longitude: 13.405 };

/** An available provider, and a record of what their cells hear. */
async function available() {
  const renew = vi.spyOn(GeoCell.prototype, 'renew').mockResolvedValue({ newcomer: true, orders: [] });
  const leave = vi.spyOn(GeoCell.prototype, 'leave').mockResolvedValue();
  const provider = await signedIn('provider');
  const { stub, userId, db } = provider;
  await stub.reportFix(userId, here, null);
  expect(await stub.setAvailability(userId, true)).toMatchObject({ ok: true });
  const onMap = async () =>
    (await db.select().from(providerLocations).where(eq(providerLocations.userId, userId)))[0];
  return { ...provider, renew, leave, onMap };
}

/** Two places in the same matching cell, some steps from each other, with the border of two blurring cells between. */
function acrossBorder() {
  const north = (steps: number) => ({ ...here, latitude: here.latitude + steps * 0.0001 });
  let steps = 1;
  while (blur(north(steps)).cell === blur(here).cell) steps++;
  return [north(steps - 1), north(steps)] as const;
}

const seconds = (count: number) => new Date(START.getTime() + count * 1_000);

describe('availability', () => {
  it('needs a role that may take orders, and a position', async () => {
    const creator = await signedIn('creator');
    await creator.stub.reportFix(creator.userId, here, null);
    expect(await creator.stub.setAvailability(creator.userId, true)).toMatchObject({
      ok: false,
      error: { code: 'FORBIDDEN' },
    });

    const { stub, userId, tick } = await signedIn('provider');
    const unknown = { ok: false, error: { code: 'CONFLICT', details: { reason: 'no_fresh_fix' } } };
    expect(await stub.setAvailability(userId, true)).toMatchObject(unknown);
    await stub.reportFix(userId, here, null);
    await tick(10 * MINUTE + 1);
    expect(await stub.setAvailability(userId, true)).toMatchObject(unknown);
    expect(await stub.setAvailability(userId, false)).toEqual({
      ok: true,
      value: { available: false, until: null },
    });
  });

  it('is told at once: exactly to the cell, blurred to the map', async () => {
    const { stub, userId, renew, onMap } = await available();
    expect(renew.mock.calls).toMatchObject([
      [
        matchingCell(here),
        { personId: userId, location: here, until: seconds(90).getTime(), standing: { completedOrders: 0 } },
      ],
    ]);
    expect(await onMap()).toMatchObject({ cell: blur(here).cell, availableUntil: seconds(90) });
    expect(await stub.setAvailability(userId, true)).toEqual({
      ok: true,
      value: { available: true, until: seconds(600).toISOString() },
    });
    expect(renew).toHaveBeenCalledTimes(1);
  });

  it('is renewed every 30 seconds, not with every fix, and never in between', async () => {
    const { stub, userId, renew, tick, onMap } = await available();
    const save = vi.spyOn(locationQueries, 'saveProviderLocation');
    for (let fixes = 0; fixes < 29; fixes++) {
      await tick(1_000);
      await stub.reportFix(userId, here, null);
    }
    expect(renew).toHaveBeenCalledTimes(1);
    expect(save).not.toHaveBeenCalled();

    await tick(1_000);
    await stub.reportFix(userId, here, null);
    await vi.waitFor(() => expect(renew).toHaveBeenCalledTimes(2));
    await vi.waitFor(async () => expect((await onMap())?.availableUntil).toEqual(seconds(120)));
    expect(save).toHaveBeenCalledTimes(1);
  });

  it('moves to another cell with the person, each move with a higher number, through an eviction', async () => {
    const { stub, userId, renew, leave, tick, onMap, evict } = await available();
    await evict();
    await tick(60 * MINUTE);
    await stub.reportFix(userId, away, null);
    await vi.waitFor(() => expect(leave).toHaveBeenCalledTimes(1));

    const moves = renew.mock.calls.map(([, { move }]) => move);
    expect(renew.mock.calls[1]?.[0]).toBe(matchingCell(away));
    expect(moves[1]).toBeGreaterThan(moves[0] ?? Number.POSITIVE_INFINITY);
    expect(leave.mock.calls).toEqual([[matchingCell(here), userId, moves[1]]]);
    await vi.waitFor(async () => expect((await onMap())?.cell).toBe(blur(away).cell));
  });

  it('does not chatter with two cells on their border', async () => {
    const { stub, userId, tick, renew } = await available();
    const save = vi.spyOn(locationQueries, 'saveProviderLocation');
    const [inside, beyond] = acrossBorder();
    for (let fixes = 0; fixes < 20; fixes++) {
      await tick(999);
      await stub.reportFix(userId, fixes % 2 ? inside : beyond, null);
    }
    // In 20 seconds: one word every five, whichever cell it is.
    expect(save.mock.calls.length).toBeLessThanOrEqual(4);
    expect(save.mock.calls.length).toBeGreaterThan(1);
    expect(renew).toHaveBeenCalledTimes(1);
  });

  it('survives a lost socket: the lease is renewed without fixes, and ends 10 minutes after the last one', async () => {
    const { stub, userId, renew, leave, tick, onMap, evict } = await available();
    for (let minute = 1; minute < 10; minute++) {
      await evict();
      await tick(MINUTE);
      expect(await runDurableObjectAlarm(stub)).toBe(true);
      expect(renew).toHaveBeenCalledTimes(1 + minute);
    }
    // No lease is given for longer than availability lasts.
    expect(renew.mock.calls.at(-1)?.[1].until).toBe(seconds(600).getTime());
    expect(leave).not.toHaveBeenCalled();

    await tick(MINUTE);
    await runDurableObjectAlarm(stub);
    expect(renew).toHaveBeenCalledTimes(10);
    expect(leave).toHaveBeenCalledTimes(1);
    expect((await onMap())?.availableUntil).toBeNull();
    expect(await runDurableObjectAlarm(stub)).toBe(false);
    await stub.reportFix(userId, here, null);
    expect(renew).toHaveBeenCalledTimes(10);
  });

  it('lasts longer with every fix', async () => {
    const { stub, userId, tick, leave } = await available();
    await tick(9 * MINUTE);
    await stub.reportFix(userId, here, null);
    await tick(9 * MINUTE);
    await runDurableObjectAlarm(stub);
    expect(leave).not.toHaveBeenCalled();
    expect(await stub.setAvailability(userId, true)).toMatchObject({
      value: { until: seconds(19 * 60).toISOString() },
    });
  });

  it('ends when told, with a higher move than the last', async () => {
    const { stub, userId, renew, leave, onMap } = await available();
    await stub.setAvailability(userId, false);
    const [cell, personId, move] = leave.mock.calls[0] ?? [];
    expect([cell, personId]).toEqual([matchingCell(here), userId]);
    expect(move).toBeGreaterThan(renew.mock.calls[0]?.[1].move ?? Number.POSITIVE_INFINITY);
    expect((await onMap())?.availableUntil).toBeNull();
    await stub.setAvailability(userId, false);
    expect(leave).toHaveBeenCalledTimes(1);
  });

  it('ends when the person may no longer take orders', async () => {
    const { db, stub, userId, leave } = await available();
    await stub.recordChanged(userId);
    expect(leave).not.toHaveBeenCalled();
    await db.update(users).set({ role: 'creator' }).where(eq(users.id, userId));
    await stub.recordChanged(userId);
    expect(leave).toHaveBeenCalledTimes(1);
  });

  it('is told again soon when a cell did not hear it, and the fix is taken all the same', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    const { stub, userId, renew, tick } = await available();
    renew.mockRejectedValueOnce(new Error('away'));
    await tick(30_000);
    expect(await stub.reportFix(userId, here, null)).toMatchObject({ accepted: true });
    await vi.waitFor(() => expect(renew).toHaveBeenCalledTimes(2));
    await tick(4_999);
    await stub.reportFix(userId, here, null);
    await tick(1);
    await stub.reportFix(userId, here, null);
    await vi.waitFor(() => expect(renew).toHaveBeenCalledTimes(3));
  });
});

describe('orders that reach an available person', () => {
  const view = (orderId: string): OrderView => ({
    id: orderId,
    creatorId: uuidv7(),
    providerId: null,
    title: 'Sunset',
    description: null,
    location: { ...blur(here).center, address: null, locality: null, precision: 'cell' },
    serviceRadius: 5_000,
    baseAmount: 25,
    agreedAmount: null,
    accepting: false,
    currency: 'USD',
    status: 'pending',
    liveShowId: null,
    version: 1,
    scheduledFor: null,
    acceptedAt: null,
    arrivalDueAt: null,
    startedAt: null,
    completedAt: null,
    cancelledAt: null,
    releasedAt: null,
    requirements: [],
    tags: [],
    createdAt: START.toISOString(),
    updatedAt: START.toISOString(),
  });
  const open = (orderId: string): OpenOrder => ({
    orderId,
    version: 1,
    creatorId: uuidv7(),
    serviceRadius: 5_000,
    view: view(orderId),
  });

  it('become offers, each version once, whoever tells of it', async () => {
    const { stub, userId, connect, tick, now } = await signedIn('provider');
    // The cell's own clock is the platform's, and leases end by it.
    await tick(Date.now() - now().getTime());
    const socket = await connect();
    const orderId = uuidv7();
    await env.GEO_CELL.getByName(matchingCell(here)).announce(matchingCell(here), open(orderId));
    await stub.reportFix(userId, here, null);
    await stub.setAvailability(userId, true);
    const { data, seq } = await socket.next('offer:created');
    expect({ seq, id: data.order.id }).toEqual({ seq: 1, id: orderId });
    // Measured to the blurred place: anything else would tell where the exact one is.
    expect(data.distanceMeters).toBeLessThan(1_000);

    const offer = { orderId, version: 1, order: view(orderId), distanceMeters: 1 };
    await stub.offer(userId, offer);
    await stub.offer(userId, { ...offer, version: 2 });
    await stub.offer(userId, offer);
    await stub.withdrawOffer(userId, orderId);
    await stub.withdrawOffer(userId, orderId);
    await stub.offer(userId, { ...offer, version: 2 });
    await stub.offer(userId, { ...offer, version: 3 });
    expect((await framesUntilNow(socket)).map(({ event, seq }) => [event, seq])).toEqual([
      ['room:resumed', undefined],
      ['offer:created', 1],
      ['offer:created', 2],
      ['offer:withdrawn', 3],
      ['offer:created', 4],
    ]);
  });

  it('become none when the person stopped while the cell was asked', async () => {
    const { stub, userId, connect } = await signedIn('provider');
    const socket = await connect();
    vi.spyOn(GeoCell.prototype, 'renew').mockImplementationOnce(async () => {
      await person(env, userId).setAvailability(userId, false);
      return { newcomer: true, orders: [open(uuidv7())] };
    });
    await stub.reportFix(userId, here, null);
    expect(await stub.setAvailability(userId, true)).toEqual({
      ok: true,
      value: { available: false, until: null },
    });
    expect((await framesUntilNow(socket)).map(({ event }) => event)).toEqual(['room:resumed']);
  });

  it('are told to a real cell, which knows them afterwards and no longer when they stop', async () => {
    const place = { latitude: -33.86, longitude: 151.2 };
    const cell = matchingCell(place);
    const { stub, userId, tick, now } = await signedIn('provider');
    const geoCell = env.GEO_CELL.getByName(cell);
    const orderId = uuidv7();
    const order = {
      ...open(orderId),
      view: { ...view(orderId), location: { ...view(orderId).location, ...place } },
    };
    const found = async () => (await geoCell.announce(cell, order)).providers.map(({ personId }) => personId);

    await tick(Date.now() - now().getTime());
    await stub.reportFix(userId, place, null);
    await stub.setAvailability(userId, true);
    expect(await found()).toEqual([userId]);
    await stub.setAvailability(userId, false);
    expect(await found()).toEqual([]);
  });
});

describe('notices', () => {
  it('come once each, however often they are told', async () => {
    const { stub, userId, connect, evict } = await signedIn();
    const socket = await connect();
    const notice = { about: 'application_accepted', orderId: uuidv7(), orderSeq: 4 } as const;
    await stub.notice(userId, notice);
    await evict();
    await stub.notice(userId, notice);
    await stub.notice(userId, { ...notice, orderSeq: 5 });
    await stub.notice(userId, { ...notice, about: 'order_started' });
    const told = (await framesUntilNow(socket)).filter(({ event }) => event === 'notice');
    expect(told.map(({ seq, data }) => [seq, data.about, data.orderSeq])).toEqual([
      [1, 'application_accepted', 4],
      [2, 'application_accepted', 5],
      [3, 'order_started', 4],
    ]);
  });
});
