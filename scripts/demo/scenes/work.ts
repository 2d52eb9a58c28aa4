import { setTimeout as sleep } from 'node:timers/promises';
import type { Person } from '../api.ts';
import type { LiveSocket } from '../live-socket.ts';
import { expect, type Stage } from '../stage.ts';
import { table } from '../timeline.ts';
import type { LoggedEvent, Track } from '../wire-types.ts';
import { becomePayable, showCaptured, showGivenBack, showReleased } from './money.ts';
import { FIXES_SEEN, type Room } from './way.ts';

/** A start by the place alone, where the system carries no video. */
export async function startUnseen(stage: Stage, orderId: string, room: Room): Promise<void> {
  await give(stage, stage.cast.near, orderId, 'start', room.creator, 'order:started');
  const { frame } = await room.creator.event<{ verification: string }>('order:started');
  stage.timeline.say('', `This system carries no video: the start is "${frame.data.verification}".`);
}

/** The stream is complete, and with it the money is taken. */
export async function complete(stage: Stage, orderId: string, room: Room): Promise<void> {
  await give(stage, stage.cast.near, orderId, 'complete', room.creator, 'order:completed');
  await showCaptured(stage, orderId, room);
}

/** What each thinks of the other, and the release. */
export async function settle(stage: Stage, orderId: string, room: Room): Promise<void> {
  const { creator, near } = stage.cast;
  await rate(stage, creator, orderId, 'As if I had been there.');
  await rate(stage, near, orderId, 'Knew what she wanted.');
  const isPayable = await becomePayable(stage);
  await give(stage, creator, orderId, 'release', room.near, 'order:released');
  await showReleased(stage, orderId, { room, isPayable });
}

/** Nobody can go live: the creator calls it off, early enough to cost nothing. */
export async function callOff(stage: Stage, orderId: string, room: Room): Promise<void> {
  await give(stage, stage.cast.creator, orderId, 'cancel', room.near, 'order:cancelled');
  await showGivenBack(stage, orderId, room);
}

async function give(
  { timeline }: Stage,
  by: Person,
  orderId: string,
  command: 'start' | 'complete' | 'release' | 'cancel',
  other: LiveSocket,
  event: string,
): Promise<void> {
  const { sentAt, ms } = await by.post(`/orders/${orderId}/${command}`, {});
  const heard = await other.event(event);
  const answered = timeline.measure(`command: ${command}`, ms);
  const reached = timeline.measure('command → the other screen', heard.at - sentAt);
  timeline.say(by.name, `${command}s (${answered}; the other sees it after ${reached})`);
}

async function rate({ timeline }: Stage, by: Person, orderId: string, comment: string): Promise<void> {
  const { ms } = await by.post(`/orders/${orderId}/ratings`, { rating: 5, comment });
  timeline.say(by.name, `gives 5 of 5: "${comment}" (${timeline.measure('command: rate', ms)})`);
}

/** The log must have no gap, and the room must have told the creator all of it. */
export async function readLog(
  { cast: { creator }, timeline }: Stage,
  orderId: string,
  room: Room,
): Promise<void> {
  const { data } = await creator.get<{ items: LoggedEvent[] }>(`/orders/${orderId}/events`);
  expect(
    data.items.every(({ seq }, index) => seq === index + 1),
    'a log without gaps',
  );
  const told = new Set(room.creator.heard.map(({ frame }) => frame.seq));
  const missing = data.items.filter(({ seq }) => !told.has(seq));
  expect(missing.length === 0, `the room to have told of ${missing.map(({ event }) => event).join(', ')}`);
  const begin = Date.parse(data.items[0]?.at ?? '');
  const rows = data.items.map(({ seq, event, data: facts, at }) => [
    String(seq),
    event,
    `+${((Date.parse(at) - begin) / 1_000).toFixed(2)} s`,
    String((facts as { status: unknown }).status), // every event of an order's log says the order's status
  ]);
  timeline.show(table(['seq', 'event', 'at', 'the order is then'], rows));
}

/** The trail's last points are written down after the end, not with it. */
export async function readTrack({ cast: { creator }, timeline }: Stage, orderId: string): Promise<void> {
  let points = 0;
  for (let tries = 0; tries < 20 && points < FIXES_SEEN; tries++) {
    if (tries > 0) await sleep(250);
    const { data } = await creator.get<Track>(`/orders/${orderId}/track`);
    points = data.geometry?.coordinates.length ?? 0;
  }
  expect(points >= FIXES_SEEN, `a trail of at least ${FIXES_SEEN} points, not ${points}`);
  timeline.say(creator.name, `can read the trail: ${points} points, as GeoJSON`);
}
