import { setTimeout as sleep } from 'node:timers/promises';
import type { ProviderPosition } from '#contract/events.ts';
import type { Person } from '../api.ts';
import type { LiveSocket } from '../live-socket.ts';
import { type Place, walkToTheQuay } from '../route.ts';
import { expect, type Stage } from '../stage.ts';
import type { FixAnswer, Order } from '../wire-types.ts';

/** The sockets of both in the order's room. */
export type Room = { readonly creator: LiveSocket; readonly near: LiveSocket };

const FIXES = 40;

/** So many of the fixes must be seen and kept; on a busy machine two may meet in one tick. */
export const FIXES_SEEN = 30;

/** Longer than the room's tick, so that each fix has its own frame: a walk in fast motion. */
const BETWEEN_FIXES_MS = 300;

/** Both come in; only now the provider learns the exact place. */
export async function enterRoom(stage: Stage, orderId: string): Promise<Room> {
  const { creator, near } = stage.cast;
  const room = {
    creator: await stage.open(creator, `/orders/${orderId}/room?since=0`),
    near: await stage.open(near, `/orders/${orderId}/room`),
  };
  const { frame: resumed } = await room.creator.event<{ through: number }>('room:resumed');
  stage.timeline.say(
    creator.name,
    `enters the room, and is told the ${resumed.data.through} events until now`,
  );
  const { frame: snapshot } = await room.near.event<{ order: Order }>('room:snapshot');
  const { location } = snapshot.data.order;
  expect(location.precision === 'exact', 'the provider to learn the exact place');
  stage.timeline.say(near.name, `enters, and learns the exact place: ${location.address}`);
  return room;
}

/** The provider walks; the creator watches. Every fix is timed from its sending to the creator's screen. */
export async function walk({ cast: { creator }, timeline }: Stage, room: Room): Promise<void> {
  const steps = walkToTheQuay(FIXES);
  const sentAt = new Map<string, number>();
  for (const [index, step] of steps.entries()) {
    sentAt.set(nameOf(step), performance.now());
    const { data } = await room.near.request<FixAnswer>('location:update', { ...step, accuracy: 8 });
    expect(data.flagged === null, `fix ${index + 1} to be believed (${data.flagged})`);
    await sleep(BETWEEN_FIXES_MS);
    if (index % 8 === 4) timeline.say(creator.name, `sees them ${lastSeen(room.creator)}`);
  }
  const last = nameOf(steps.at(-1));
  await room.creator.event<ProviderPosition>('location:updated', (position) => nameOf(position) === last);
  const { frame: arrival } = await room.creator.event<{ distanceMeters: number }>(
    'location:geofence_entered',
  );

  const latencies = positions(room.creator).flatMap(({ frame, at }) => {
    const sent = sentAt.get(nameOf(frame.data));
    return sent === undefined ? [] : [at - sent];
  });
  for (const ms of latencies) timeline.measure("fix → creator's screen", ms);
  const seen = latencies.length;
  expect(seen >= FIXES_SEEN, `at least ${FIXES_SEEN} of ${FIXES} fixes on the creator's screen, not ${seen}`);
  const away = Math.round(arrival.data.distanceMeters);
  timeline.say(creator.name, `saw ${seen} of ${FIXES} fixes, and them arriving, ${away} m from the spot`);
}

/** Each says something, and the other hears it. */
export async function talk(stage: Stage, room: Room): Promise<void> {
  const { creator, near } = stage.cast;
  await say(stage, near, room.near, room.creator, 'I am at the quay. The tide is coming in.');
  await say(stage, creator, room.creator, room.near, 'Lovely. Start with the columns, please.');
}

async function say({ timeline }: Stage, from: Person, own: LiveSocket, other: LiveSocket, text: string) {
  const { sentAt } = await own.request('message:send', { text });
  const heard = await other.event<{ text: string }>('message:received', (message) => message.text === text);
  timeline.say(from.name, `says "${text}" (${timeline.measure('message → the other', heard.at - sentAt)})`);
}

function lastSeen(socket: LiveSocket): string {
  const position = positions(socket).at(-1)?.frame.data;
  if (!position) return 'not yet';
  const { distanceMeters, etaSeconds } = position;
  const eta = etaSeconds === null ? 'nobody knows when' : `in ${Math.ceil(etaSeconds / 60)} min`;
  return `${String(Math.round(distanceMeters)).padStart(4)} m away, there ${eta}`;
}

function positions(socket: LiveSocket) {
  return socket.all<ProviderPosition>('location:updated');
}

/** Coordinates travel as JSON numbers, unchanged: they tell which fix it was. */
function nameOf(place: Place | undefined): string {
  return `${place?.latitude},${place?.longitude}`;
}
