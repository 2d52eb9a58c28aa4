import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { database } from '#db/client.ts';
import { placeAt } from '#domain/geo/arbitrary-places.ts';
import { blur } from '#domain/geo/cells.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import type { ApplicationView, OrderView } from '#domain/orders/order-view.ts';
import { openSocket } from '#test/client.ts';
import { somewhere } from '#test/order-steps.ts';
import { recordOrder } from '#test/orders.ts';
import {
  answeredAtOnce,
  around,
  lurker,
  query,
  settled,
  survey,
  type Transcript,
  twoPlacesOfOneCell,
  withoutNames,
} from './attacker.ts';
import { member } from './member.ts';

/*
 * Two worlds in which everything is the same, but for where in its cell an order (or a provider) is. Someone who wants to know
 * asks everything that they may ask, in both. What they are told is the same, word for word but for ids and times:
 * so whatever they reckon from it, they cannot tell the two places apart.
 */

const db = database(env);

describe('an order’s place', () => {
  const [here, there] = twoPlacesOfOneCell(somewhere());
  const { center } = blur(here);

  // Others' orders around it, in its own cell too: what is nearer than what may tell as much as a distance.
  beforeAll(async () => {
    const other = await member('creator');
    for (const at of [here, there, ...around(center, [350, 1_200, 3_000], 4)]) {
      await recordOrder(db, other.id, { at, title: 'Another stream' });
    }
  });

  it('cannot be told from any other of its cell by whoever asks, walks about, applies and tries', async () => {
    const [one, other] = [await worldWithOrderAt(here), await worldWithOrderAt(there)];
    expect(one.length).toBeGreaterThan(150);
    expect(other).toEqual(one);
  }, 120_000);

  async function worldWithOrderAt(at: Coordinates): Promise<Transcript> {
    const told: unknown[] = [];
    const owner = await member('creator');
    // Some wait just within and just beyond its radius, wherever in the cell it may be.
    const lurkers = await Promise.all(around(center, [250, 500, 690, 710, 950], 3).map(lurker));
    const walker = await lurker(placeAt(center, 45, 3_000));
    const placed = await owner.api.post<{ order: OrderView }>('/orders', {
      title: 'Sunset',
      location: { ...at, address: '1 Secret Street', locality: 'Hilltown' },
      baseAmount: 25,
      serviceRadius: 700,
    });
    expect(placed.data.order.location).toMatchObject(at);
    const { id } = placed.data.order;
    await settled(id);

    for (const { heard } of lurkers) told.push(await heard());
    for (const meters of [1_500, 1_050, 950, 850, 750, 650, 550, 450]) {
      await walker.standAt(placeAt(center, 45, meters));
      told.push([meters, await walker.heard()]);
    }
    const attacker = await member('both', { premium: true });
    told.push(...(await survey(attacker, '/orders/nearby', { center, target: id })));
    for (const place of [here, there, center]) {
      const { status, data, error } = await attacker.api.get(`/orders/nearby${query(place, 1, 100)}`);
      told.push([status, data, error]);
    }

    // Standing where it may be, and doing there whatever an order's people do.
    const [suspect] = lurkers;
    if (!suspect) throw new Error('there are lurkers');
    for (const place of [here, there]) {
      await suspect.standAt(place);
      const applied = await suspect.api.post<{ application: ApplicationView }>(
        `/orders/${id}/applications`,
        {},
      );
      told.push([applied.status, applied.data]);
      await answeredAtOnce(id);
      for (const path of ['', '/applications', '/events', '/track']) {
        const { status, data, error } = await suspect.api.get(`/orders/${id}${path}`);
        told.push([path, status, data, error]);
      }
      for (const command of ['applications', 'start', 'complete', 'cancel', 'release', 'resolve', 'accept']) {
        const body = {
          ...(command === 'resolve' && { outcome: 'release' }),
          ...(command === 'accept' && { applicationId: applied.data.application.id }),
        };
        const { status, data, error } = await suspect.api.post(`/orders/${id}/${command}`, body);
        told.push([command, status, data, error]);
      }
      const edited = await suspect.api.put(`/orders/${id}`, { location: place });
      told.push([edited.status, edited.data, edited.error]);
      const room = await openSocket(`/orders/${id}/room?since=0`, suspect.accessToken);
      told.push([await room.closed, room.frames]);
      const withdraw = `/orders/${id}/applications/${applied.data.application.id}/withdraw`;
      told.push((await suspect.api.post(withdraw)).data);
    }

    // And after its end.
    const bid = await suspect.api.post(`/orders/${id}/applications`, { message: 'Last chance' });
    told.push(bid.data);
    await answeredAtOnce(id);
    expect((await owner.api.post(`/orders/${id}/cancel`, { reason: 'Rain' })).status).toBe(200);
    await settled(id);
    for (const path of ['', '/applications', '/events', '/track']) {
      const { status, data, error } = await suspect.api.get(`/orders/${id}${path}`);
      told.push([path, status, data, error]);
    }
    told.push((await suspect.api.get('/orders')).data);
    for (const { heard, close } of [...lurkers, walker]) {
      told.push(await heard());
      close();
    }
    return told.map((answer) => withoutNames(answer, { [owner.id]: 'owner', [id]: 'order' }));
  }
});

describe('a provider’s place', () => {
  const [here, there] = twoPlacesOfOneCell(somewhere());
  const { center } = blur(here);

  beforeAll(async () => {
    await Promise.all([here, there, ...around(center, [400, 1_500], 3)].map(lurker));
  });

  it('cannot be told from any other of its cell by whoever asks, and offers them work all around', async () => {
    const [one, other] = [await worldWithProviderAt(here), await worldWithProviderAt(there)];
    expect(one.length).toBeGreaterThan(100);
    expect(other).toEqual(one);
  }, 120_000);

  async function worldWithProviderAt(at: Coordinates): Promise<Transcript> {
    const told: unknown[] = [];
    const provider = await lurker(at);
    const attacker = await member('creator', { premium: true });
    told.push(...(await survey(attacker, '/providers/nearby', { center, target: provider.id })));
    for (const place of [here, there]) {
      told.push((await attacker.api.get(`/providers/nearby${query(place, 1, 50)}`)).data);
    }

    const rival = await lurker(placeAt(center, 10, 200));
    const own = await openSocket('/users/me/socket', attacker.accessToken);
    for (const place of [here, there, center, ...around(center, [333, 555, 4_000], 3)]) {
      const placed = await attacker.api.post<{ order: OrderView }>('/orders', {
        title: 'Come closer',
        location: place,
        baseAmount: 25,
        serviceRadius: 25_000,
      });
      const { id } = placed.data.order;
      const room = await openSocket(`/orders/${id}/room?since=0`, attacker.accessToken);
      for (const bidder of [provider, rival]) {
        expect((await bidder.api.post(`/orders/${id}/applications`, {})).status).toBe(201);
      }
      await answeredAtOnce(id);
      told.push((await attacker.api.get(`/orders/${id}/applications`)).data);
      await settled(id);
      await room.request('auth:refresh', { accessToken: 'none' });
      told.push(room.frames.filter(({ event }) => event !== undefined));
      told.push((await attacker.api.get(`/orders/${id}/events`)).data);
      told.push((await attacker.api.get(`/orders/${id}/track`)).data);
      expect((await attacker.api.delete(`/orders/${id}`)).status).toBe(200);
      room.close();
    }
    await own.request('auth:refresh', { accessToken: 'none' });
    told.push(own.frames.filter(({ event }) => event !== undefined));
    told.push((await attacker.api.get(`/users/${provider.id}`)).data);
    for (const { api, close } of [provider, rival]) {
      await api.put('/providers/me/availability', { available: false });
      close();
    }
    return told.map((answer) =>
      withoutNames(answer, { [provider.id]: 'provider', [rival.id]: 'rival', [attacker.id]: 'attacker' }),
    );
  }
});
