import { env, exports } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { BEARER_PREFIX, SUBPROTOCOL } from '#contract/close-codes.ts';
import { database } from '#db/client.ts';
import { addGeofence } from '#db/queries/geofences.ts';
import { liveStreamOrders, orderEvents, paymentSteps, users } from '#db/schema/index.ts';
import type { OrderStatus } from '#domain/orders/order.ts';
import { listen } from '#test/client.ts';
import { openShowOf } from '#test/live.ts';
import { saveCard } from '#test/stripe.ts';
import { probeRoomId } from '#worker/routes/live/preflight/probe-room.ts';
import { type Device, device, type Member, member } from './member.ts';
import { orderThatIs } from './record.ts';

/**
 * Who gets what, on every route of the document. The first three have roles and nothing to do with the thing in question;
 * `owner`, `assignee` and `applicant` are what an order knows, and things that are not orders belong to `owner`.
 * `ended` is the owner on a device that has signed out.
 */
const ACTORS = [
  'anonymous',
  'ended',
  'creator',
  'provider',
  'both',
  'admin',
  'owner',
  'assignee',
  'applicant',
] as const;
type Actor = (typeof ACTORS)[number];
type Expected = Record<Actor, number>;

/** What a route is called on: an order in this status, something else of the owner's, or what is not there. */
type Target =
  | OrderStatus
  | 'probe'
  | 'unknown'
  | 'malformed'
  | 'session'
  | 'fence'
  | 'owner'
  | 'asked'
  | 'payment'
  | 'parked step'
  | 'card'
  | 'private show'
  | 'public show'
  | 'none';
/** `as`: how an id looks there, where it is no UUID. */
type Row = {
  route: string;
  on: Target;
  body?: object;
  query?: string;
  as?: (id: string) => string;
  expected: Expected;
};

/** Everyone with a session gets `status`, but for those who are named. Nobody without one gets anywhere. */
function signedIn(status: number, but: Partial<Expected> = {}): Expected {
  const same = Object.fromEntries(ACTORS.map((actor) => [actor, status]));
  // Every actor has a status by now; fromEntries forgets the keys.
  return { ...(same as Expected), anonymous: 401, ended: 401, ...but };
}

const anyone = (status: number) => signedIn(status, { anonymous: status, ended: status });

const NO_CREATOR = { creator: 403, owner: 403, admin: 403 };
const NO_PROVIDER = { provider: 403, assignee: 403, applicant: 403, admin: 403 };
const PARTIES = { owner: 200, assignee: 200, admin: 200 };
/** A show whose order has not begun: it ends with that. */
const WITH_ITS_ORDER = { owner: 409, assignee: 409, admin: 200 };
/** What is for those who are paid. */
const EARNING = signedIn(200, NO_CREATOR);
const RADIUS = 'latitude=52.5&longitude=13.4&radius=100';

/** A route of one order that anyone signed in may call: nobody learns more of what is not there. */
const nowhere = (route: string, rest: Pick<Row, 'body' | 'query' | 'as'> = {}): Row[] => [
  { route, on: 'unknown', ...rest, expected: signedIn(404) },
  { route, on: 'malformed', ...rest, expected: signedIn(400) },
];

const DRAFT = { title: 'Sunset', location: { latitude: 1, longitude: 2 }, baseAmount: 25 };
const FENCE = { name: 'Home', center: { latitude: 1, longitude: 2 }, radius: 100 };
const ORDER = '/api/v1/orders/{orderId}';
const SHOW = '/api/v1/live-shows/{showId}';
const PREFLIGHT = '/api/v1/live/preflight/{preflightId}';
const OPUS = {
  kind: 'audio',
  mimeType: 'audio/opus',
  preferredPayloadType: 100,
  clockRate: 48_000,
  channels: 2,
};
const FINGERPRINT = { algorithm: 'sha-256', value: Array(32).fill('AB').join(':') };
const MICROPHONE = {
  source: 'microphone',
  kind: 'audio',
  rtpParameters: {
    codecs: [{ mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 }],
    encodings: [{ ssrc: 1 }],
  },
};

const TABLE: Row[] = [
  // What anyone may read.
  { route: 'get /health', on: 'none', expected: anyone(200) },
  { route: 'get /api/v1/config', on: 'none', expected: anyone(200) },
  { route: 'get /api/v1/openapi.json', on: 'none', expected: anyone(200) },
  { route: 'get /api/v1/docs', on: 'none', expected: anyone(200) },
  ...['get /api/v1/users/{id}', 'get /api/v1/users/{id}/ratings'].flatMap((route): Row[] => [
    { route, on: 'owner', expected: anyone(200) },
    { route, on: 'unknown', expected: anyone(404) },
    { route, on: 'malformed', expected: anyone(400) },
  ]),

  // Signing in: a session at hand changes nothing.
  ...['register', 'login', 'refresh'].map(
    (what): Row => ({ route: `post /api/v1/auth/${what}`, on: 'none', body: {}, expected: anyone(400) }),
  ),
  {
    route: 'post /api/v1/auth/register',
    on: 'none',
    body: { username: 'wants-power', email: 'power@example.com', password: 'long enough', role: 'admin' },
    expected: anyone(400),
  },
  {
    route: 'post /api/v1/auth/refresh',
    on: 'none',
    body: { refreshToken: 'none' },
    expected: anyone(401),
  },

  // One's own account.
  { route: 'get /api/v1/users/me', on: 'none', expected: signedIn(200) },
  { route: 'put /api/v1/users/me', on: 'none', body: { bio: 'Hello' }, expected: signedIn(200) },
  { route: 'put /api/v1/users/me', on: 'none', body: { role: 'admin' }, expected: signedIn(400) },
  { route: 'put /api/v1/users/me', on: 'none', body: { plan: 'premium' }, expected: signedIn(400) },
  {
    route: 'put /api/v1/users/me',
    on: 'none',
    body: { verificationStatus: 'verified' },
    expected: signedIn(400),
  },
  { route: 'get /api/v1/users/me/socket', on: 'none', expected: signedIn(101) },
  { route: 'post /api/v1/users/me/verification', on: 'none', expected: signedIn(200) },
  { route: 'get /api/v1/auth/sessions', on: 'none', expected: signedIn(200) },
  { route: 'delete /api/v1/auth/sessions/{id}', on: 'session', expected: signedIn(404, { owner: 200 }) },
  { route: 'delete /api/v1/auth/sessions/{id}', on: 'unknown', expected: signedIn(404) },
  { route: 'delete /api/v1/auth/sessions/{id}', on: 'malformed', expected: signedIn(400) },

  // What admins decide.
  {
    route: 'post /api/v1/admin/users/{id}/verification',
    on: 'asked',
    body: { status: 'verified' },
    expected: signedIn(403, { admin: 200 }),
  },
  {
    route: 'post /api/v1/admin/users/{id}/verification',
    on: 'unknown',
    body: { status: 'verified' },
    expected: signedIn(403, { admin: 404 }),
  },
  {
    route: 'post /api/v1/admin/users/{id}/verification',
    on: 'malformed',
    body: { status: 'verified' },
    expected: signedIn(403, { admin: 400 }),
  },

  // Places.
  {
    route: 'put /api/v1/providers/me/location',
    on: 'none',
    body: { latitude: 1, longitude: 2 },
    expected: signedIn(200, NO_CREATOR),
  },
  {
    route: 'put /api/v1/providers/me/availability',
    on: 'none',
    body: { available: false },
    expected: signedIn(200, NO_CREATOR),
  },
  { route: 'get /api/v1/providers/nearby', on: 'none', query: RADIUS, expected: signedIn(200) },
  { route: 'get /api/v1/orders/nearby', on: 'none', query: RADIUS, expected: signedIn(200) },
  { route: 'get /api/v1/geofences', on: 'none', expected: signedIn(200) },
  { route: 'post /api/v1/geofences', on: 'none', body: FENCE, expected: signedIn(201) },
  { route: 'delete /api/v1/geofences/{id}', on: 'fence', expected: signedIn(404, { owner: 200 }) },
  { route: 'delete /api/v1/geofences/{id}', on: 'unknown', expected: signedIn(404) },
  { route: 'delete /api/v1/geofences/{id}', on: 'malformed', expected: signedIn(400) },

  // Orders: reading.
  { route: 'post /api/v1/orders', on: 'none', body: DRAFT, expected: signedIn(201, NO_PROVIDER) },
  { route: 'get /api/v1/orders', on: 'none', expected: signedIn(200) },
  { route: `get ${ORDER}`, on: 'pending', expected: signedIn(200) },
  ...reading(`get ${ORDER}`, PARTIES),
  ...nowhere(`get ${ORDER}`),
  { route: `get ${ORDER}/applications`, on: 'pending', expected: signedIn(200) },
  // Whoever applied keeps reading what became of it.
  ...reading(`get ${ORDER}/applications`, { ...PARTIES, applicant: 200 }),
  ...nowhere(`get ${ORDER}/applications`),
  ...['events', 'track'].flatMap((what): Row[] => [
    // Nobody but the admin and the creator is a party yet.
    {
      route: `get ${ORDER}/${what}`,
      on: 'pending',
      expected: signedIn(403, { owner: 200, admin: 200 }),
    },
    ...reading(`get ${ORDER}/${what}`, PARTIES),
    ...nowhere(`get ${ORDER}/${what}`),
  ]),
  { route: `get ${ORDER}/room`, on: 'pending', expected: signedIn(404, { owner: 101, admin: 101 }) },
  ...reading(`get ${ORDER}/room`, { owner: 101, assignee: 101, admin: 101 }),
  ...nowhere(`get ${ORDER}/room`),

  // Orders: commands. Strangers know of a pending order and are told that it is not theirs; of others they know nothing.
  ...command('put', '', { title: 'Dawn' }, { pending: { owner: 200 }, accepted: { owner: 409 } }),
  ...command('delete', '', undefined, {
    pending: { owner: 200 },
    accepted: { owner: 409 },
    active: { owner: 409 },
  }),
  ...command('post', '/accept', { applicationId: '{applicationId}' }, { pending: { owner: 200 } }),
  ...command('post', '/start', {}, { pending: {}, accepted: { assignee: 409 }, active: { assignee: 409 } }),
  ...command('post', '/complete', {}, { active: { owner: 200, assignee: 200 }, pending: { owner: 409 } }),
  ...command(
    'post',
    '/cancel',
    { reason: 'Rain' },
    {
      pending: { owner: 200 },
      accepted: { owner: 200, assignee: 200 },
      active: { owner: 409, assignee: 409 },
    },
  ),
  ...command(
    'post',
    '/dispute',
    { reason: 'Nobody came' },
    {
      active: { owner: 200, assignee: 200 },
      completed: { owner: 200, assignee: 200 },
      pending: { owner: 409 },
    },
  ),
  ...command('post', '/release', {}, { completed: { owner: 200 }, pending: { owner: 409 } }),
  ...command(
    'post',
    '/resolve',
    { outcome: 'release' },
    {
      disputed: { admin: 200 },
      completed: { admin: 409 },
      pending: { admin: 409 },
    },
  ),
  ...command(
    'post',
    '/ratings',
    { rating: 5 },
    {
      completed: { owner: 201, assignee: 201 },
      pending: { owner: 409 },
      active: { owner: 409, assignee: 409 },
    },
  ),

  // Applying needs a role first, whatever the order; somebody else's application is as unknown as none.
  {
    route: `post ${ORDER}/applications`,
    on: 'pending',
    body: {},
    // One who has applied may not apply twice.
    expected: signedIn(201, { ...NO_CREATOR, applicant: 409 }),
  },
  {
    route: `post ${ORDER}/applications`,
    on: 'accepted',
    body: {},
    expected: signedIn(404, { ...NO_CREATOR, assignee: 403 }),
  },
  {
    route: `post ${ORDER}/applications`,
    on: 'unknown',
    body: {},
    expected: signedIn(404, NO_CREATOR),
  },
  {
    route: `post ${ORDER}/applications`,
    on: 'malformed',
    body: {},
    expected: signedIn(400, NO_CREATOR),
  },
  {
    route: `post ${ORDER}/applications/{id}/withdraw`,
    on: 'pending',
    expected: signedIn(404, { owner: 403, admin: 403, applicant: 200 }),
  },
  {
    route: `post ${ORDER}/applications/{id}/withdraw`,
    on: 'accepted',
    expected: signedIn(404, { owner: 403, admin: 403, assignee: 403 }),
  },
  ...nowhere(`post ${ORDER}/applications/{id}/withdraw`),

  // Money: of an order, for its parties; a pending order has none.
  {
    route: `get ${ORDER}/payment`,
    on: 'pending',
    expected: signedIn(403, { owner: 404, admin: 404 }),
  },
  ...reading(`get ${ORDER}/payment`, PARTIES),
  ...nowhere(`get ${ORDER}/payment`),
  ...command('put', '/payment', {}, { pending: { owner: 409 }, accepted: { owner: 409 } }),
  ...['get /api/v1/payments/{id}', 'post /api/v1/payments/{id}/sync'].flatMap((route): Row[] => [
    { route, on: 'payment', expected: signedIn(404, PARTIES) },
    ...nowhere(route),
  ]),

  // One's own cards, account and pay.
  { route: 'get /api/v1/payment-methods', on: 'none', expected: signedIn(200) },
  { route: 'post /api/v1/payment-methods', on: 'none', body: {}, expected: signedIn(201) },
  { route: 'delete /api/v1/payment-methods/{id}', on: 'card', expected: signedIn(404, { owner: 200 }) },
  ...nowhere('delete /api/v1/payment-methods/{id}', {
    as: (id) => (id === 'no-id' ? id : `pm_${id.replaceAll('-', '')}`),
  }),
  { route: 'post /api/v1/payments/connect/onboarding', on: 'none', body: {}, expected: EARNING },
  { route: 'get /api/v1/payments/connect/status', on: 'none', expected: EARNING },
  { route: 'get /api/v1/users/me/earnings', on: 'none', expected: EARNING },

  // What admins see of it.
  { route: 'get /api/v1/admin/disputes', on: 'none', expected: signedIn(403, { admin: 200 }) },
  { route: 'get /api/v1/admin/payment-steps', on: 'none', expected: signedIn(403, { admin: 200 }) },
  ...(['parked step', 'payment', 'unknown', 'malformed'] as const).map((on): Row => {
    const admin = { 'parked step': 200, payment: 409, unknown: 404, malformed: 400 }[on];
    const route = 'post /api/v1/admin/payment-steps/{id}/retry';
    return { route, on, as: (id) => `${id}-s1`, expected: signedIn(403, { admin }) };
  }),

  // Shows: `assignee` hosts, `owner` owns, `applicant` is invited.
  { route: 'get /api/v1/live-shows', on: 'none', expected: anyone(200) },
  { route: 'get /api/v1/live-shows', on: 'none', query: 'mine=true', expected: signedIn(200) },
  { route: `get ${SHOW}`, on: 'public show', expected: anyone(200) },
  {
    route: `get ${SHOW}`,
    on: 'private show',
    expected: { ...anyone(404), ...PARTIES, applicant: 200 },
  },
  { route: `get ${SHOW}`, on: 'unknown', expected: anyone(404) },
  { route: `get ${SHOW}`, on: 'malformed', expected: anyone(400) },
  { route: `get ${SHOW}/room`, on: 'public show', expected: signedIn(101) },
  ...ofShow('get', '/room', { owner: 101, assignee: 101, applicant: 101, admin: 101 }),
  ...ofShow('put', '', { owner: 200 }, { visibility: 'public' }),
  ...ofShow('post', '/start', { assignee: 200 }),
  ...ofShow('post', '/end', WITH_ITS_ORDER),
  ...ofShow('get', '/invitations', PARTIES),
  ...ofShow('post', '/invitations', { owner: 201, assignee: 201 }, { username: '{guest}' }),
  ...ofShow('delete', '/invitations/{userId}', { owner: 200, assignee: 200 }),
  { route: `post ${SHOW}/start`, on: 'public show', expected: signedIn(403, { assignee: 200 }) },
  { route: `post ${SHOW}/end`, on: 'public show', expected: signedIn(403, WITH_ITS_ORDER) },

  // One's own probe of a media server; here there is none.
  {
    route: 'post /api/v1/live/preflight',
    on: 'none',
    body: { rtpCapabilities: { codecs: [OPUS] } },
    expected: signedIn(409),
  },
  ...ofProbe('post', '/connect', {
    body: {
      originId: 'origin',
      transportId: crypto.randomUUID(),
      dtlsParameters: { fingerprints: [FINGERPRINT] },
    },
  }),
  ...ofProbe('post', '/publish', {
    body: { originId: 'origin', transportId: crypto.randomUUID(), tracks: [MICROPHONE] },
  }),
  ...ofProbe('delete', '', { query: 'originId=origin' }),

  // Media origins sign, too.
  ...['origins/{originId}', 'rooms/{roomId}'].flatMap((what): Row[] =>
    (['none', 'unknown', 'malformed'] as const).map((on) => ({
      route: `put /webhooks/media/${what}`,
      on,
      body: {},
      expected: anyone(403),
    })),
  ),

  // Stripe signs; whoever does not is nobody.
  ...['stripe', 'stripe-connect'].map(
    (what): Row => ({ route: `post /webhooks/${what}`, on: 'none', body: {}, expected: anyone(400) }),
  ),

  // Last, for it ends sessions.
  { route: 'post /api/v1/auth/logout', on: 'none', expected: signedIn(200) },
];

/** Reading an order that is no longer open to everyone, in each such status. */
function reading(route: string, but: Partial<Expected>): Row[] {
  const closed = ['accepted', 'active', 'completed', 'cancelled', 'disputed'] as const;
  return closed.map((on) => ({ route, on, expected: signedIn(404, but) }));
}

/** What may be done with a private show, `but` by whom; the others whom it concerns are told FORBIDDEN. */
function ofShow(method: string, path: string, but: Partial<Expected>, body?: object): Row[] {
  const route = `${method} ${SHOW}${path}`;
  const known = { owner: 403, assignee: 403, applicant: 403, admin: 403 };
  return [
    { route, on: 'private show', ...(body && { body }), expected: signedIn(404, { ...known, ...but }) },
    ...nowhere(route, body && { body }),
  ];
}

/** What may be done with `owner`'s probe of a media server, of which there is none. */
function ofProbe(method: string, path: string, rest: Pick<Row, 'body' | 'query'>): Row[] {
  const route = `${method} ${PREFLIGHT}${path}`;
  return [{ route, on: 'probe', ...rest, expected: signedIn(404, { owner: 409 }) }, ...nowhere(route, rest)];
}

/** A command on one order: who may give it in which status, `but` whom; the parties among the others are told FORBIDDEN. */
function command(
  method: string,
  path: string,
  body: object | undefined,
  inStatus: Partial<Record<OrderStatus, Partial<Expected>>>,
): Row[] {
  const route = `${method} ${ORDER}${path}`;
  // The keys are those of the parameter.
  const rows = (Object.entries(inStatus) as [OrderStatus, Partial<Expected>][]).map(([on, but]): Row => {
    const known = on === 'pending' ? {} : { owner: 403, assignee: 403, admin: 403 };
    const expected = signedIn(on === 'pending' ? 403 : 404, { ...known, ...but });
    return { route, on, ...(body && { body }), expected };
  });
  return [...rows, ...nowhere(route, body && { body })];
}

const people = {} as Record<Exclude<Actor, 'anonymous' | 'ended'>, Member>; // Filled before the first test.
let ended: Device;
const db = database(env);

beforeAll(async () => {
  const roles = { creator: 'creator', provider: 'provider', both: 'both', admin: 'admin' } as const;
  const relations = { owner: 'creator', assignee: 'provider', applicant: 'provider' } as const;
  for (const [name, role] of Object.entries({ ...roles, ...relations })) {
    // The entries' keys are those of the two objects above.
    people[name as keyof typeof people] = await member(role, { premium: true });
  }
  ended = await device(people.owner);
  expect((await ended.api.post('/auth/logout')).status).toBe(200);
});

const parties = () => ({
  owner: people.owner.id,
  assignee: people.assignee.id,
  applicant: people.applicant.id,
});

/** Makes what a row is about, and says what stands for the placeholders of its path and body. */
async function make(on: Target): Promise<Record<string, string>> {
  switch (on) {
    case 'none':
      return {};
    case 'unknown':
      return {
        id: crypto.randomUUID(),
        preflightId: crypto.randomUUID(),
        orderId: crypto.randomUUID(),
        applicationId: crypto.randomUUID(),
        showId: crypto.randomUUID(),
        userId: crypto.randomUUID(),
        guest: people.both.id,
      };
    case 'malformed':
      return {
        id: 'no-id',
        preflightId: 'no-id',
        orderId: '1%20or%201=1',
        applicationId: crypto.randomUUID(),
        showId: 'no-id',
        userId: crypto.randomUUID(),
        guest: people.both.id,
      };
    case 'session':
      return { id: (await device(people.owner)).sessionId };
    case 'owner':
      return { id: people.owner.id };
    case 'probe':
      return { preflightId: await probeRoomId(people.owner.id, new Date()) };
    case 'fence': {
      const id = crypto.randomUUID();
      const fence = { kind: 'circle', center: { latitude: 1, longitude: 2 }, radius: 100 } as const;
      await addGeofence(db, people.owner.id, { id, name: 'Home', fence, createdAt: new Date() }, 1_000);
      return { id };
    }
    case 'asked': {
      const { id } = await member('provider');
      await db.update(users).set({ verificationStatus: 'pending' }).where(eq(users.id, id));
      return { id };
    }
    case 'private show':
    case 'public show': {
      const { id: showId } = await orderThatIs('accepted', parties());
      await openShowOf(showId, { hostId: people.assignee.id, ownerId: people.owner.id });
      const { api } = people.owner;
      // The names of these people are their ids.
      await api.post(`/live-shows/${showId}/invitations`, { username: people.applicant.id });
      if (on === 'public show') await api.put(`/live-shows/${showId}`, { visibility: 'public' });
      return { showId, userId: people.applicant.id, guest: people.both.id };
    }
    case 'card':
      return { id: await saveCard(people.owner.id) };
    case 'payment': {
      const { paymentId } = await orderThatIs('completed', parties());
      return { id: paymentId ?? '' };
    }
    case 'parked step': {
      const { id = '' } = await make('payment');
      await db
        .update(paymentSteps)
        .set({ state: 'parked', dueAt: null })
        .where(eq(paymentSteps.id, `${id}-s1`));
      return { id };
    }
    default: {
      const { id, applicationId } = await orderThatIs(on, parties());
      return { orderId: id, id: applicationId, applicationId };
    }
  }
}

/** Calls a route as somebody. Of sockets it says 101 when they opened, and otherwise the status that the close code stands for. */
async function call(
  actor: Actor,
  { route, body, query, as = (id) => id }: Row,
  ids: Record<string, string>,
): Promise<number> {
  const fill = (text: string) => text.replaceAll(/\{(\w+)\}/g, (_, name) => as(ids[name] ?? name));
  const [method = '', path = ''] = route.split(' ');
  const token = actor === 'anonymous' ? undefined : (actor === 'ended' ? ended : people[actor]).accessToken;
  const socket = SOCKETS.has(route);
  const headers = new Headers({ 'X-Forwarded-For': `2001:db8:${crypto.randomUUID().slice(0, 4)}::1` });
  if (socket) {
    headers.set('Upgrade', 'websocket');
    headers.set(
      'Sec-WebSocket-Protocol',
      [SUBPROTOCOL, ...(token ? [BEARER_PREFIX + token] : [])].join(', '),
    );
  } else if (token) headers.set('Authorization', `Bearer ${token}`);
  if (body) headers.set('Content-Type', 'application/json');
  const response = await exports.default.fetch(
    `http://taplive.test${fill(path)}${query ? `?${query}` : ''}`,
    { method: method.toUpperCase(), headers, ...(body && { body: fill(JSON.stringify(body)) }) },
  );
  if (!response.webSocket) {
    await response.arrayBuffer();
    return response.status;
  }
  const opened = listen(response.webSocket);
  const welcome = opened.next(({ event }) => event === 'room:snapshot' || event === 'room:resumed');
  const outcome = await Promise.race([opened.closed, welcome]);
  opened.close();
  return 'code' in outcome ? outcome.code - 4_000 : 101;
}

const document = await exports.default
  .fetch('http://taplive.test/api/v1/openapi.json')
  .then((response) => response.json<{ paths: Record<string, Record<string, object>> }>());
const DOCUMENTED = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ route: `${method} ${path}`, operation })),
);
const SOCKETS = new Set(
  DOCUMENTED.flatMap(({ route, operation }) => ('x-websocket' in operation ? route : [])),
);

const hasWorked = (status: number) => status < 300;

describe('the table', () => {
  it('has every route of the document, and no others', () => {
    expect([...new Set(TABLE.map(({ route }) => route))].sort()).toEqual(
      DOCUMENTED.map(({ route }) => route).sort(),
    );
  });

  it('tries ids that are not there, and that are none, on every route that takes one', () => {
    for (const { route } of DOCUMENTED.filter(({ route }) => route.includes('{'))) {
      const targets = TABLE.filter((row) => row.route === route).map(({ on }) => on);
      expect(targets, route).toEqual(expect.arrayContaining(['unknown', 'malformed']));
      expect(targets.length, route).toBeGreaterThan(2);
    }
  });
});

describe('who gets what', () => {
  it.each(TABLE)('$route on $on', async (row) => {
    const ids = await make(row.on);
    const refused = ACTORS.filter((actor) => !hasWorked(row.expected[actor]));
    const allowed = ACTORS.filter((actor) => hasWorked(row.expected[actor]));
    const got: Partial<Expected> = {};
    const callAll = (actors: Actor[], on: () => Promise<Record<string, string>> | Record<string, string>) =>
      Promise.all(
        actors.map(async (actor) => {
          got[actor] = await call(actor, row, await on());
        }),
      );
    await callAll(refused, () => ids);
    if (ids.orderId && row.on !== 'malformed') await expectUntouched(ids.orderId);
    // A command changes the order: each who may give it gets one of their own.
    await callAll(allowed, () => (row.route.startsWith('get ') ? ids : make(row.on)));
    expect(got).toEqual(row.expected);
  });
});

/** Refused commands left no trace in the record. */
async function expectUntouched(orderId: string) {
  const [events, orders] = await db.batch([
    db.select({ seq: orderEvents.seq }).from(orderEvents).where(eq(orderEvents.orderId, orderId)),
    db
      .select({ version: liveStreamOrders.version })
      .from(liveStreamOrders)
      .where(eq(liveStreamOrders.id, orderId)),
  ]);
  expect(events).toEqual([]);
  for (const { version } of orders) expect(version).toBe(1);
}
