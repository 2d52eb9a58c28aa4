import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { expect } from 'vitest';
import type { ShowOpening } from '#durable-objects/live-room/live-room.ts';
import { liveRoom } from '#durable-objects/stubs.ts';
import { openSocket, type TestSocket } from './client.ts';
import { type Member, member } from './security/member.ts';

/** The show of an order in the record, as the order's room opens it. */
export function openShowOf(orderId: string, parties: Pick<ShowOpening, 'hostId' | 'ownerId'>): Promise<void> {
  return liveRoom(env, orderId).open({
    id: orderId,
    orderId,
    title: 'Sunset',
    place: null,
    scheduledFor: null,
    ...parties,
  });
}

/** A show of its own, that no order belongs to, and what a test does with its room. */
export async function newShow(opening: Partial<ShowOpening> = {}) {
  const [host, owner] = await Promise.all([member('provider'), member('creator')]);
  const id = uuidv7();
  const stub = liveRoom(env, id);
  let ahead = 0;
  const setClock = () =>
    runInDurableObject(stub, (room) => {
      room.now = () => new Date(Date.now() + ahead);
    });

  await stub.open({
    id,
    orderId: null,
    hostId: host.id,
    ownerId: owner.id,
    title: 'Sunset',
    place: null,
    scheduledFor: null,
    ...opening,
  });
  /** Lets the room believe that it is so much later, and does what is due by then. */
  const later = async (ms: number) => {
    ahead += ms;
    await setClock();
    await runDurableObjectAlarm(stub);
  };
  /** Throws everything out of the room's memory; its sockets hibernate. */
  const evict = async () => {
    await evictDurableObject(stub);
    await setClock();
  };
  /** Opens it to everyone. */
  const publish = async () => {
    const reply = await owner.api.put(`/live-shows/${id}`, { visibility: 'public' });
    expect(reply.error).toBeNull();
  };
  const enter = (person: Pick<Member, 'accessToken'>, query = '') =>
    openSocket(`/live-shows/${id}/room${query}`, person.accessToken);
  /** Somebody inside, with what they were told on coming in. */
  const inside = async (person: Member, query = '') => {
    const socket = await enter(person, query);
    const arrival = await socket.next(({ event }) => event === 'room:snapshot' || event === 'room:resumed');
    return { socket, arrival: arrival.data, person };
  };
  return { id, host, owner, stub, later, evict, publish, enter, inside };
}

/** Everything that has come over a socket until the room answered what was asked just now. */
export async function toldSoFar(socket: TestSocket, ...events: string[]) {
  await socket.request('auth:refresh', { accessToken: 'none' });
  return socket.frames.filter(({ event }) => event !== undefined && events.includes(event));
}
