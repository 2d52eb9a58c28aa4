import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod';
import type { loggedEvent, ProviderPosition } from '#contract/events.ts';
import type {
  application,
  NearbyOrder,
  order,
  RankedApplication,
  track as trackSchema,
} from '#contract/orders.ts';
import type { Person } from './api.ts';
import { LiveSocket } from './live-socket.ts';
import { metersBetween, QUAY, type Step, walkToTheQuay } from './route.ts';
import { type Timeline, table } from './timeline.ts';

type Order = z.infer<typeof order>;
type Application = z.infer<typeof application>;
type LoggedEvent = z.infer<typeof loggedEvent>;
type Track = z.infer<typeof trackSchema>;
type FixAnswer = { accepted: boolean; flagged: string | null };

/** Who plays: the near provider walks, the other one loses the bid. */
export type Cast = { readonly creator: Person; readonly near: Person; readonly far: Person };

const FIXES = 40;

/** Slower than the room's tick, so that each fix has its own frame; a brisk walk seen in fast motion. */
const BETWEEN_FIXES_MS = 300;

/** So many of the fixes must be seen; a busy machine may let two meet in one tick. */
const FIXES_SEEN = 30;

/** Home of the provider who loses: by the cathedral. */
const CATHEDRAL = { latitude: 38.7099, longitude: -9.1334 };

/** Every socket that a scene opens, closed together at the end. */
type Sockets = LiveSocket[];

/**
 * Plays one order from tap to done. Each scene checks what it was to bring about.
 * @returns the order's id
 * @throws Error naming what was expected and did not happen
 */
export async function playOrder(
  { creator, near, far }: Cast,
  base: string,
  timeline: Timeline,
): Promise<string> {
  const sockets: Sockets = [];
  const open = async (person: Person, path: string) => {
    const socket = await LiveSocket.open(person, base, path);
    sockets.push(socket);
    return socket;
  };
  const walk = walkToTheQuay(FIXES);
  try {
    timeline.heading('The order');
    const nearNews = await open(near, '/users/me/socket');
    const creatorNews = await open(creator, '/users/me/socket');
    await takePlace(near, walk, timeline);
    const placed = await placeOrder(creator, near, nearNews, timeline);

    timeline.heading('The bids');
    const chosen = await bid({ creator, near, far }, placed, creatorNews, timeline);
    const accepted = await creator.post<{ order: Order }>(`/orders/${placed.id}/accept`, {
      applicationId: chosen.id,
    });
    expect(accepted.data.order.status === 'accepted', 'the order to be accepted');
    timeline.say(creator.name, `accepts ${near.name} (${timeline.measure('command: accept', accepted.ms)})`);
    const notice = await nearNews.event<{ about: string; orderId: string }>(
      'notice',
      ({ about, orderId }) => about === 'application_accepted' && orderId === placed.id,
    );
    timeline.say(
      near.name,
      `hears of it ${timeline.measure('accept → provider hears', notice.at - accepted.sentAt)} after the click`,
    );
    await loses(far, placed.id, timeline);

    timeline.heading('The way');
    const creatorRoom = await open(creator, `/orders/${placed.id}/room?since=0`);
    const nearRoom = await open(near, `/orders/${placed.id}/room`);
    const resumed = await creatorRoom.event<{ through: number }>('room:resumed');
    timeline.say(
      creator.name,
      `enters the room, and is told the ${resumed.frame.data.through} events until now`,
    );
    const snapshot = await nearRoom.event<{ order: Order }>('room:snapshot');
    expect(snapshot.frame.data.order.location.precision === 'exact', 'the provider to learn the exact place');
    timeline.say(
      near.name,
      `enters, and learns the exact place: ${snapshot.frame.data.order.location.address}`,
    );
    await walkThere(near, nearRoom, creator, creatorRoom, walk, timeline);
    await talk(near, nearRoom, creatorRoom, 'I am at the quay. The tide is coming in.', timeline);
    await talk(creator, creatorRoom, nearRoom, 'Lovely. Start with the columns, please.', timeline);

    timeline.heading('The work');
    await command(near, placed.id, 'start', 'order:started', creatorRoom, timeline);
    await command(near, placed.id, 'complete', 'order:completed', creatorRoom, timeline);
    await rate(creator, placed.id, 5, 'As if I had been there.', timeline);
    await rate(near, placed.id, 5, 'Knew what she wanted.', timeline);
    await command(creator, placed.id, 'release', 'order:released', nearRoom, timeline);

    timeline.heading("The order's events");
    await readLog(creator, placed.id, creatorRoom);
    await readTrack(creator, placed.id, timeline);
    await near.put('/providers/me/availability', { available: false });
    return placed.id;
  } finally {
    for (const socket of sockets) socket.close();
  }
}

/**
 * The provider stands at the beginning of the walk and is available. One who was at its end a moment ago is not
 * believed at once, and rightly so.
 */
async function takePlace(near: Person, walk: readonly Step[], timeline: Timeline): Promise<void> {
  const [first] = walk;
  expect(first !== undefined, 'a walk with a beginning');
  let waited = false;
  for (let tries = 0; ; tries++) {
    const { latitude, longitude } = first;
    const { data } = await near.put<FixAnswer>('/providers/me/location', {
      latitude,
      longitude,
      accuracy: 8,
    });
    if (data.flagged === null) break;
    expect(tries < 30, `${near.name}'s position to be believed (${data.flagged})`);
    if (!waited) timeline.say(near.name, 'was far from here a moment ago, and waits to be believed');
    waited = true;
    await sleep(1_000);
  }
  const { data } = await near.put<{ available: boolean }>('/providers/me/availability', { available: true });
  expect(data.available, `${near.name} to be available`);
  timeline.say(near.name, 'is at Restauradores, available, and listens');
}

async function placeOrder(
  creator: Person,
  near: Person,
  nearNews: LiveSocket,
  timeline: Timeline,
): Promise<Order> {
  const { data, sentAt, ms } = await creator.post<{ order: Order }>('/orders', {
    title: 'The river from Cais das Colunas',
    description: 'Ten minutes between the two columns, looking south.',
    location: { ...QUAY, address: 'Cais das Colunas, Praça do Comércio, Lisboa', locality: 'Baixa, Lisbon' },
    serviceRadius: 3_000,
    baseAmount: 25,
    currency: 'EUR',
    tags: ['river', 'square'],
  });
  expect(data.order.status === 'pending', 'the order to be pending');
  timeline.say(
    creator.name,
    `places "${data.order.title}" for 25 EUR (${timeline.measure('command: create', ms)})`,
  );
  const offer = await nearNews.event<{ order: Order; distanceMeters: number }>(
    'offer:created',
    ({ order }) => order.id === data.order.id,
  );
  const { order, distanceMeters } = offer.frame.data;
  expect(order.location.precision === 'cell', 'the offer to hide the exact place');
  const took = timeline.measure('create → offer at the provider', offer.at - sentAt);
  timeline.say(
    near.name,
    `is offered it ${took} after the tap, ${Math.round(distanceMeters)} m away, exact place hidden`,
  );
  return data.order;
}

/** Both providers apply. @returns the application of the near one */
async function bid(
  { creator, near, far }: Cast,
  placed: Order,
  creatorNews: LiveSocket,
  timeline: Timeline,
): Promise<Application> {
  const around = `latitude=${CATHEDRAL.latitude}&longitude=${CATHEDRAL.longitude}&radius=3000&limit=50`;
  const nearby = await far.get<{ items: NearbyOrder[] }>(`/orders/nearby?${around}`);
  const found = nearby.data.items.find(({ id }) => id === placed.id);
  expect(found !== undefined, `${far.name} to find the order nearby`);
  expect(found.location.precision === 'cell', 'the exact place to be hidden nearby');
  timeline.say(
    far.name,
    `was not connected, and finds it among ${nearby.data.items.length} nearby (${timeline.measure('query: nearby', nearby.ms)})`,
  );

  const apply = async (person: Person, proposedAmount: number, message: string) => {
    const { data, ms } = await person.post<{ application: Application }>(
      `/orders/${placed.id}/applications`,
      {
        proposedAmount,
        message,
        estimatedArrival: new Date(Date.now() + 20 * 60_000).toISOString(),
      },
    );
    timeline.say(
      person.name,
      `applies for ${proposedAmount} EUR (${timeline.measure('command: apply', ms)})`,
    );
    return data.application;
  };
  await apply(far, 32, 'I live next door.');
  const application = await apply(near, 28, 'On my way, with a gimbal.');
  await creatorNews.event<{ about: string; orderId: string }>(
    'notice',
    ({ about, orderId }) => about === 'application_received' && orderId === placed.id,
  );

  const { data } = await creator.get<{ items: RankedApplication[] }>(`/orders/${placed.id}/applications`);
  expect(data.items.length === 2, 'two applications');
  expect(
    data.items.every(({ score }, index) => score <= (data.items[index - 1]?.score ?? 1)),
    'the applications to be ranked, best first',
  );
  const rows = data.items.map(({ provider, proposedAmount, distanceMeters, score }, index) => [
    `${index + 1}.`,
    provider.username,
    `${proposedAmount} EUR`,
    distanceMeters === null ? 'unknown' : `${Math.round(distanceMeters)} m`,
    provider.rating === null ? 'none' : `${provider.rating.toFixed(1)} (${provider.ratingCount})`,
    score.toFixed(2),
  ]);
  timeline.say(creator.name, 'sees them ranked:');
  console.log(
    table(['', 'provider', 'asks', 'distance', 'rating', 'score'], rows).replaceAll(
      /^/gm,
      '                  ',
    ),
  );
  return application;
}

async function loses(far: Person, orderId: string, timeline: Timeline): Promise<void> {
  const { data } = await far.get<{ items: Application[] }>(`/orders/${orderId}/applications`).catch(() => ({
    data: { items: [] },
  }));
  const [own] = data.items;
  if (own) {
    expect(own.status === 'rejected', `${far.name}'s application to be rejected`);
    timeline.say(far.name, 'is told that it went to someone else');
  }
}

/** The provider walks; the creator watches. Every fix is timed from its sending to the creator's screen. */
async function walkThere(
  near: Person,
  nearRoom: LiveSocket,
  creator: Person,
  creatorRoom: LiveSocket,
  walk: readonly Step[],
  timeline: Timeline,
): Promise<void> {
  const sentAt = new Map<string, number>();
  const nameOf = ({ latitude, longitude }: { latitude: number; longitude: number }) =>
    `${latitude},${longitude}`;
  for (const [index, step] of walk.entries()) {
    sentAt.set(nameOf(step), performance.now());
    const { data } = await nearRoom.request<FixAnswer>('location:update', { ...step, accuracy: 8 });
    expect(data.flagged === null, `fix ${index + 1} to be believed (${data.flagged})`);
    if (index % 8 === 4) await tellProgress(creator, creatorRoom, step, timeline);
    await sleep(BETWEEN_FIXES_MS);
  }
  const last = walk.at(-1);
  await creatorRoom.event<ProviderPosition>(
    'location:updated',
    (position) => nameOf(position) === (last && nameOf(last)),
  );
  const arrival = await creatorRoom.event<{ distanceMeters: number }>('location:geofence_entered');

  let seen = 0;
  for (const { frame, at } of creatorRoom.heard) {
    if (frame.event !== 'location:updated') continue;
    const sent = sentAt.get(nameOf(frame.data as ProviderPosition)); // the name of the event says so
    if (sent === undefined) continue;
    seen += 1;
    timeline.measure("fix → creator's screen", at - sent);
  }
  expect(
    seen >= FIXES_SEEN,
    `at least ${FIXES_SEEN} of ${walk.length} fixes on the creator's screen, not ${seen}`,
  );
  timeline.say(
    creator.name,
    `saw ${seen} of ${walk.length} fixes, and the arrival at ${Math.round(arrival.frame.data.distanceMeters)} m`,
  );
  timeline.say(near.name, 'is there');
}

async function tellProgress(
  creator: Person,
  creatorRoom: LiveSocket,
  step: Step,
  timeline: Timeline,
): Promise<void> {
  const { frame } = await creatorRoom.event<ProviderPosition>(
    'location:updated',
    ({ latitude, longitude }) => metersBetween({ latitude, longitude }, step) < 1,
  );
  const { distanceMeters, etaSeconds } = frame.data;
  const eta = etaSeconds === null ? 'unknown' : `${Math.ceil(etaSeconds / 60)} min`;
  timeline.say(
    creator.name,
    `sees them ${String(Math.round(distanceMeters)).padStart(4)} m away, arriving in ${eta}`,
  );
}

async function talk(
  from: Person,
  own: LiveSocket,
  other: LiveSocket,
  text: string,
  timeline: Timeline,
): Promise<void> {
  const { sentAt } = await own.request('message:send', { text });
  const heard = await other.event<{ text: string }>('message:received', (data) => data.text === text);
  timeline.say(from.name, `says "${text}" (${timeline.measure('message → the other', heard.at - sentAt)})`);
}

async function command(
  by: Person,
  orderId: string,
  name: 'start' | 'complete' | 'release',
  event: string,
  other: LiveSocket,
  timeline: Timeline,
): Promise<void> {
  const { sentAt, ms } = await by.post(`/orders/${orderId}/${name}`, {});
  const heard = await other.event(event);
  const answered = timeline.measure(`command: ${name}`, ms);
  const reached = timeline.measure('command → the other screen', heard.at - sentAt);
  timeline.say(by.name, `${name}s (${answered}; the other sees it after ${reached})`);
}

async function rate(
  by: Person,
  orderId: string,
  rating: number,
  comment: string,
  timeline: Timeline,
): Promise<void> {
  const { ms } = await by.post(`/orders/${orderId}/ratings`, { rating, comment });
  timeline.say(by.name, `gives ${rating} of 5: "${comment}" (${timeline.measure('command: rate', ms)})`);
}

/** The log must have no gap, and the room must have told the creator all of it. */
async function readLog(creator: Person, orderId: string, creatorRoom: LiveSocket): Promise<void> {
  const { data } = await creator.get<{ items: LoggedEvent[] }>(`/orders/${orderId}/events`);
  expect(
    data.items.every(({ seq }, index) => seq === index + 1),
    'a log without gaps',
  );
  const told = new Set(creatorRoom.heard.map(({ frame }) => frame.seq));
  const missing = data.items.filter(({ seq }) => !told.has(seq));
  expect(missing.length === 0, `the room to have told of ${missing.map(({ event }) => event).join(', ')}`);
  const [first] = data.items;
  const rows = data.items.map(({ seq, event, data: facts, at }) => [
    String(seq),
    event,
    `+${((Date.parse(at) - Date.parse(first?.at ?? at)) / 1_000).toFixed(2)} s`,
    String((facts as { status?: unknown }).status ?? ''), // every event says its order's status
  ]);
  console.log(table(['seq', 'event', 'at', 'order is then'], rows));
}

/** The trail's last points are written after the end, not with it. */
async function readTrack(creator: Person, orderId: string, timeline: Timeline): Promise<void> {
  let points = 0;
  for (let tries = 0; tries < 20 && points < FIXES_SEEN; tries++) {
    if (tries > 0) await sleep(250);
    const { data } = await creator.get<Track>(`/orders/${orderId}/track`);
    points = data.geometry?.coordinates.length ?? 0;
  }
  expect(points >= FIXES_SEEN, `a trail of at least ${FIXES_SEEN} points, not ${points}`);
  console.log();
  timeline.say(creator.name, `can read the trail: ${points} points, as GeoJSON`);
}

function expect(happened: boolean, what: string): asserts happened {
  if (!happened) throw new Error(`Expected ${what}.`);
}
