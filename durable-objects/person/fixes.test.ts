import { v7 as uuidv7 } from 'uuid';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as geofenceQueries from '#db/queries/geofences.ts';
import { framesUntilNow, signedIn } from '#test/signed-in.ts';
import { OrderRoom } from '../order-room/order-room.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const here = { latitude: 52.52, longitude: 13.405 };
const metersNorth = (meters: number) => ({ ...here, latitude: here.latitude + meters / 111_195 });
const acceptsEverything = () => vi.spyOn(OrderRoom.prototype, 'applyFix').mockResolvedValue();

describe('a fix', () => {
  it('is answered with what became of it, by HTTP and by socket alike', async () => {
    const { stub, userId, connect, tick } = await signedIn();
    const socket = await connect();
    expect(await stub.reportFix(userId, here, null)).toEqual({ accepted: true, flagged: null });
    await tick(1_000);
    const jump = { accepted: false, flagged: 'impossible_jump' };
    expect(await stub.reportFix(userId, metersNorth(50_000), null)).toEqual(jump);
    const { ok, data } = await socket.request('location:update', metersNorth(50_000));
    expect({ ok, data }).toEqual({ ok: true, data: jump });
  });

  it('is the last one known when it is trusted, for ten minutes, through an eviction', async () => {
    const { stub, userId, tick, now, evict } = await signedIn();
    expect(await stub.lastFix(userId)).toBeNull();
    await stub.reportFix(userId, here, null);
    const at = now();
    await tick(1_000);
    await stub.reportFix(userId, metersNorth(50_000), null);
    await evict();
    await tick(599_000);
    expect(await stub.lastFix(userId)).toEqual({ ...here, at });
    await tick(1);
    expect(await stub.lastFix(userId)).toBeNull();
  });
});

describe('the rooms of open assignments', () => {
  it('have a fix when it is answered, flagged or not, but not the room that it came from', async () => {
    const { stub, userId, tick, now, evict } = await signedIn();
    const applyFix = acceptsEverything();
    const [one, other] = [uuidv7(), uuidv7()];
    await stub.assign(userId, one);
    await stub.assign(userId, one);
    await stub.assign(userId, other);
    await evict();

    await stub.reportFix(userId, { ...here, at: now().toISOString() }, { room: other });
    expect(applyFix.mock.calls).toEqual([[one, userId, { ...here, at: now(), flagged: null }]]);

    applyFix.mockClear();
    await tick(1_000);
    await stub.reportFix(userId, metersNorth(50_000), null);
    expect(applyFix.mock.calls.map(([room, , fix]) => [room, fix.flagged]).sort()).toEqual([
      [one, 'impossible_jump'],
      [other, 'impossible_jump'],
    ]);

    applyFix.mockClear();
    await stub.unassign(userId, one);
    await stub.unassign(userId, other);
    await stub.reportFix(userId, here, null);
    expect(applyFix).not.toHaveBeenCalled();
  });

  it('get the last fix as soon as they are assigned, if there is a fresh one', async () => {
    const { stub, userId, tick } = await signedIn();
    const applyFix = acceptsEverything();
    await stub.assign(userId, uuidv7());
    await stub.reportFix(userId, here, { room: uuidv7() });
    applyFix.mockClear();

    const orderId = uuidv7();
    await stub.assign(userId, orderId);
    await vi.waitFor(() =>
      expect(applyFix.mock.calls).toMatchObject([[orderId, userId, { ...here, flagged: null }]]),
    );
    applyFix.mockClear();
    await tick(600_001);
    await stub.assign(userId, uuidv7());
    expect(await stub.lastFix(userId)).toBeNull();
    expect(applyFix).not.toHaveBeenCalled();
  });

  it('that fail hold up neither the answer nor the other rooms', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    const { stub, userId } = await signedIn();
    const [broken, good] = [uuidv7(), uuidv7()];
    const reached: string[] = [];
    vi.spyOn(OrderRoom.prototype, 'applyFix').mockImplementation(async (orderId) => {
      if (orderId === broken) throw new Error('away');
      reached.push(orderId);
    });
    await stub.assign(userId, broken);
    await stub.assign(userId, good);
    expect(await stub.reportFix(userId, here, null)).toEqual({ accepted: true, flagged: null });
    expect(reached).toEqual([good]);
  });
});

describe("a person's own geofences", () => {
  const home = (id: string) => ({
    id,
    name: 'Home',
    fence: { kind: 'circle', center: here, radius: 100 } as const,
    createdAt: new Date(),
  });

  it('tell on the socket when they are entered and left, whatever happens to the object in between', async () => {
    const { db, stub, userId, connect, tick, evict } = await signedIn('creator');
    const socket = await connect();
    const id = uuidv7();
    const data = { geofenceId: id, name: 'Home' };
    await geofenceQueries.addGeofence(db, userId, home(id), 50);
    await stub.geofencesChanged(userId);

    await stub.reportFix(userId, metersNorth(500), null);
    await tick(60_000);
    await stub.reportFix(userId, metersNorth(50), null);
    expect(await socket.next('location:geofence_entered')).toMatchObject({ data });
    await evict();
    await tick(60_000);
    await stub.reportFix(userId, metersNorth(10), null);
    await tick(60_000);
    await stub.reportFix(userId, metersNorth(500), null);
    expect(await socket.next('location:geofence_exited')).toMatchObject({ data });
    expect(await framesUntilNow(socket)).toHaveLength(3);
  });

  it('are read once, and again when they change; a fence that stays keeps its side', async () => {
    const { db, stub, userId, connect, tick } = await signedIn();
    const read = vi.spyOn(geofenceQueries, 'geofencesOf');
    const socket = await connect();
    const [first, second] = [uuidv7(), uuidv7()];
    await geofenceQueries.addGeofence(db, userId, home(first), 50);
    for (const meters of [0, 5, 10]) {
      await stub.reportFix(userId, metersNorth(meters), null);
      await tick(1_000);
    }
    await socket.next('location:geofence_entered');
    expect(read).toHaveBeenCalledTimes(1);

    await geofenceQueries.addGeofence(db, userId, home(second), 50);
    await stub.geofencesChanged(userId);
    await stub.reportFix(userId, here, null);
    expect((await socket.next('location:geofence_entered')).data.geofenceId).toBe(second);
    await geofenceQueries.deleteGeofence(db, userId, first);
    await geofenceQueries.deleteGeofence(db, userId, second);
    await stub.geofencesChanged(userId);
    await tick(60_000);
    await stub.reportFix(userId, metersNorth(500), null);
    await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(3));
    expect((await framesUntilNow(socket)).map(({ event }) => event)).not.toContain(
      'location:geofence_exited',
    );
  });

  it('never keep a fix from being taken, and are asked for again a little later', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    const { db, stub, userId, connect, tick } = await signedIn();
    const socket = await connect();
    await geofenceQueries.addGeofence(db, userId, home(uuidv7()), 50);
    const read = vi.spyOn(geofenceQueries, 'geofencesOf').mockRejectedValueOnce(new Error('away'));
    for (let sent = 0; sent < 5; sent++) {
      expect(await stub.reportFix(userId, here, null)).toMatchObject({ accepted: true });
      await tick(999);
    }
    expect(read).toHaveBeenCalledTimes(1);
    await tick(5);
    await stub.reportFix(userId, here, null);
    await socket.next('location:geofence_entered');
    expect(read).toHaveBeenCalledTimes(2);
  });
});
