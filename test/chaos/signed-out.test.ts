import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signInPeople } from '#bench/stack/people.ts';
import { DeafClient } from './deaf-client.ts';
import { eventually } from './eventually.ts';
import { type Caller, HttpClient } from './http-client.ts';
import { acceptedOrder } from './orders.ts';
import { saveCard } from './people.ts';
import { commanded, readRecords } from './record.ts';
import { ResumingClient } from './resuming-client.ts';
import { type System, startSystem } from './system.ts';

const ROOMS = 8;
const PLACE = { latitude: 46.5, longitude: 8.3 };

/** The aim is a second; this only ends what would never come, on a machine that is busy with something else. */
const AT_THE_LATEST_MS = 20_000;

const cleanup = new AsyncDisposableStack();
afterAll(() => cleanup.disposeAsync());

let system: System;
let http: HttpClient;
let creator: Caller;
let other: Caller;
const sockets: ResumingClient[] = [];
let others: ResumingClient;
let deaf: DeafClient;
let deafOrderId: string;

beforeAll(async () => {
  system = await startSystem(cleanup);
  http = new HttpClient(system.url);
  const [creators, [provider]] = await Promise.all([
    signInPeople(system.db, system.jwtSecret, 'creator', 2),
    signInPeople(system.db, system.jwtSecret, 'provider', 1),
  ]);
  const [first, second] = creators;
  if (!first || !second || !provider) throw new Error('three people were signed in');
  [creator, other] = [first, second];
  for (const someone of creators) await saveCard(http, someone);
  const openRoom = async (caller: Caller) => {
    const orderId = await acceptedOrder(http, caller, provider, PLACE);
    return new ResumingClient(system.url, `/orders/${orderId}/room`, caller);
  };
  for (let n = 0; n < ROOMS; n++) sockets.push(await openRoom(creator));
  sockets.push(new ResumingClient(system.url, '/users/me/socket', creator));
  others = await openRoom(other);
  deafOrderId = await acceptedOrder(http, creator, provider, PLACE);
  deaf = new DeafClient(system.url, `/orders/${deafOrderId}/room`, creator);
  cleanup.defer(() => {
    for (const socket of [...sockets, others, deaf]) socket.leave();
  });
  await eventually('all have joined', 30_000, async () =>
    [...sockets, others].every(({ resumed }) => resumed === 1),
  );
  await deaf.opened;
}, 90_000);

it('signing out ends requests and every socket of the session, in whatever room, and nobody else’s', async () => {
  const statuses: number[] = [];
  const asking = keepAsking(statuses);
  const signedOut = await http.send(creator, 'POST', '/auth/logout');
  const answeredAt = performance.now();
  expect(signedOut.status).toBe(200);
  expect((await http.send(creator, 'GET', '/users/me')).status).toBe(401);

  await eventually('all sockets are closed', AT_THE_LATEST_MS, async () =>
    sockets.every(({ isOpen }) => !isOpen),
  );
  const closedAfterMs = performance.now() - answeredAt;
  for (const socket of sockets) socket.hangUp();
  await eventually('all know why', AT_THE_LATEST_MS, async () => sockets.every(({ refused }) => refused));
  expect(sockets.map(({ refused }) => refused?.slice(0, 4))).toEqual(sockets.map(() => '4401'));

  await asking.stop();
  const fromThenOn = statuses.slice(statuses.indexOf(401));
  expect(fromThenOn).toEqual(fromThenOn.map(() => 401));
  expect([others.isOpen, others.drops]).toEqual([true, 0]);
  expect((await http.send(other, 'GET', '/users/me')).status).toBe(200);
  console.log(
    JSON.stringify({
      sockets: sockets.length,
      signOutMs: Math.round(signedOut.ms),
      closedAfterMs: Math.round(closedAfterMs),
    }),
  );
});

it('a client that does not heed the close is not heard any more', async () => {
  await eventually('closed', AT_THE_LATEST_MS, async () => deaf.closeFrames > 0);
  deaf.say('Still here?');
  // Long enough for the message to have become an event, had it been taken.
  await sleep(1_000);
  const record = (await readRecords(system.db)).get(deafOrderId);
  expect(record && commanded(record)).toEqual(['order:created', 'order:applied', 'order:accepted']);
  expect(deaf.replies).toEqual([]);
});

it('no socket is opened for the session again, also not by a Worker that was killed meanwhile', async () => {
  const room = sockets[0]?.path ?? '';
  expect(await refusal(room)).toMatch(/^4401/);
  await system.worker.kill();
  await system.worker.start();
  expect((await http.send(creator, 'GET', '/users/me')).status).toBe(401);
  expect(await refusal(room)).toMatch(/^4401/);
  expect(await refusal('/users/me/socket')).toMatch(/^4401/);
});

/** How the server turns the creator's socket away. */
async function refusal(path: string): Promise<string | null> {
  const client = new ResumingClient(system.url, path, creator);
  await eventually('refused', AT_THE_LATEST_MS, async () => client.refused !== null).finally(() =>
    client.leave(),
  );
  return client.refused;
}

/** Asks for the own profile all the time, and notes each answer's status in the order of the questions. */
function keepAsking(statuses: number[]): { stop(): Promise<void> } {
  let stopped = false;
  const asking = (async () => {
    while (!stopped) {
      statuses.push((await http.send(creator, 'GET', '/users/me')).status);
      await sleep(20);
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await asking;
    },
  };
}
