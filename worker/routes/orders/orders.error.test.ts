import { beforeAll, describe, expect, it } from 'vitest';
import type { OrderView } from '#domain/orders/order-view.ts';
import { register, type TestPerson } from '#test/client.ts';
import { acceptedOrder, activeOrder, applyTo, give, placeOrder, somewhere } from '#test/order-steps.ts';
import { registerAdmin } from '#test/privileged.ts';

let [mara, paul]: TestPerson[] = [];
beforeAll(async () => {
  [mara, paul] = await Promise.all([register('creator'), register('provider')]);
});

/** The people of these tests, who exist once `beforeAll` is through. */
function people() {
  if (!mara || !paul) throw new Error('nobody is there yet');
  return { mara, paul };
}

/** A refusal that names these fields, each at least once, and no others. */
const invalid = (...fields: string[]) => ({
  status: 400,
  error: {
    code: 'VALIDATION_ERROR',
    details: expect.toSatisfy(
      (problems: { field: string }[]) =>
        JSON.stringify([...new Set(problems.map(({ field }) => field))].sort()) ===
        JSON.stringify(fields.toSorted()),
      `names ${fields}`,
    ),
  },
});
const conflict = (reason: string) => ({ status: 409, error: { code: 'CONFLICT', details: { reason } } });
const wrongStatus = (status: string) => ({
  status: 409,
  error: { code: 'INVALID_TRANSITION', details: { reason: 'wrong_status', status } },
});
const notFound = { status: 404, error: { code: 'NOT_FOUND' } };

const GOOD = { title: 'A stream', location: { latitude: 47, longitude: 8 }, baseAmount: 25 };
const inDays = (days: number) => new Date(Date.now() + days * 24 * 3_600_000).toISOString();

describe('an order that is not placed', () => {
  it.each<[string, Record<string, unknown>]>([
    ['title', { title: undefined }],
    ['title', { title: '   ' }],
    ['title', { title: 'x'.repeat(121) }],
    ['title', { title: 'x'.repeat(60_000) }],
    ['title', { title: 'NUL \u0000' }],
    ['title', { title: 7 }],
    ['description', { description: 'x'.repeat(4_001) }],
    ['location', { location: undefined }],
    ['location.latitude', { location: { latitude: 90.000_001, longitude: 8 } }],
    ['location.latitude', { location: { latitude: '47', longitude: 8 } }],
    ['location.longitude', { location: { latitude: 47, longitude: -180.5 } }],
    ['location.longitude', { location: { latitude: 47 } }],
    ['location.altitude', { location: { latitude: 47, longitude: 8, altitude: 3 } }],
    ['location.address', { location: { ...GOOD.location, address: 'x'.repeat(301) } }],
    ['serviceRadius', { serviceRadius: 25_001 }],
    ['serviceRadius', { serviceRadius: 99 }],
    ['serviceRadius', { serviceRadius: 500.5 }],
    ['baseAmount', { baseAmount: undefined }],
    ['baseAmount', { baseAmount: 0 }],
    ['baseAmount', { baseAmount: -5 }],
    ['baseAmount', { baseAmount: '25' }],
    ['baseAmount', { baseAmount: 0.49 }],
    ['baseAmount', { baseAmount: 25.001 }],
    ['baseAmount', { baseAmount: 1_000_000 }],
    ['baseAmount', { baseAmount: 1e12 }],
    ['baseAmount', { baseAmount: 1_200.5, currency: 'JPY' }],
    ['baseAmount', { baseAmount: 12.3456, currency: 'KWD' }],
    ['currency', { currency: 'usd' }],
    ['currency', { currency: 'XXX' }],
    ['currency', { currency: '__proto__' }],
    ['scheduledFor', { scheduledFor: inDays(-1) }],
    ['scheduledFor', { scheduledFor: inDays(366) }],
    ['scheduledFor', { scheduledFor: 'tomorrow' }],
    ['scheduledFor', { scheduledFor: '2027-02-30T12:00:00Z' }],
    ['requirements', { requirements: Array(21).fill('Tripod') }],
    ['requirements.1', { requirements: ['Tripod', 'x'.repeat(201)] }],
    ['tags', { tags: Array.from({ length: 11 }, (_, i) => `tag${i}`) }],
    ['tags', { tags: ['Sea', 'sea'] }],
    ['tags.0', { tags: ['x'.repeat(33)] }],
    ['status', { status: 'completed' }],
    ['creatorId', { creatorId: crypto.randomUUID() }],
  ])('because of its %s: %o', async (field, wrong) => {
    expect(await people().mara.api.post('/orders', { ...GOOD, ...wrong })).toMatchObject(invalid(field));
  });

  it('because half a character is no title', async () => {
    expect(await people().mara.api.post('/orders', { ...GOOD, title: '\ud83d' })).toMatchObject(
      invalid('title'),
    );
  });

  it('names everything that is wrong at once', async () => {
    const body = { title: '', location: { latitude: 91, longitude: 181 }, baseAmount: -1 };
    const { error } = await people().mara.api.post('/orders', body);
    expect(error?.details).toMatchObject(
      ['title', 'location.latitude', 'location.longitude', 'baseAmount'].map((field) => ({ field })),
    );
  });

  it('is not placed by a body of a size that nobody writes', async () => {
    const reply = await people().mara.api.post('/orders', { ...GOOD, description: 'x'.repeat(70_000) });
    expect(reply).toMatchObject({ status: 413, error: { code: 'PAYLOAD_TOO_LARGE' } });
  });
});

describe('a change that is not made', () => {
  let order: OrderView;
  beforeAll(async () => {
    order = await placeOrder(people().mara);
  });

  it.each<[string, Record<string, unknown>]>([
    ['body', {}],
    ['title', { title: '' }],
    ['baseAmount', { baseAmount: 25.001 }],
    ['baseAmount', { currency: 'EUR' }],
    ['baseAmount', { currency: 'JPY', baseAmount: 1_200.5 }],
    ['currency', { currency: 'XXX', baseAmount: 5 }],
    ['location.longitude', { location: { latitude: 1 } }],
    ['version', { title: 'New', version: 7 }],
  ])('because of its %s: %o', async (field, wrong) => {
    const { mara } = people();
    expect(await mara.api.put(`/orders/${order.id}`, wrong)).toMatchObject(invalid(field));
    expect((await mara.api.get(`/orders/${order.id}`)).data).toEqual({ order });
  });

  it('because the order is no longer pending', async () => {
    const { mara, paul } = people();
    const order = await acceptedOrder(mara, paul);
    expect(await mara.api.put(`/orders/${order.id}`, { title: 'New' })).toMatchObject(
      wrongStatus('accepted'),
    );
    expect(await mara.api.delete(`/orders/${order.id}`)).toMatchObject(wrongStatus('accepted'));
    await give(mara, order.id, 'cancel');
    expect(await mara.api.delete(`/orders/${order.id}`)).toMatchObject(wrongStatus('cancelled'));
  });

  it('to another currency, because somebody has named a price in this one', async () => {
    const { mara, paul } = people();
    const order = await placeOrder(mara);
    await applyTo(order.id, paul, { proposedAmount: 30 });
    const changed = await mara.api.put(`/orders/${order.id}`, { currency: 'EUR', baseAmount: 25 });
    expect(changed).toMatchObject(conflict('open_applications'));
  });
});

describe('a list that cannot be given', () => {
  it.each([
    ['status', 'status=done'],
    ['role', 'role=admin'],
    ['limit', 'limit=0'],
    ['limit', 'limit=101'],
    ['limit', 'limit=ten'],
    ['tag', `tag=${'x'.repeat(33)}`],
    ['cursor', 'cursor='],
    ['cursor', 'cursor=not%20one'],
    ['cursor', 'cursor=AAAA'],
    ['cursor', `cursor=${'A'.repeat(10_000)}`],
  ])('because of its %s: %s', async (field, query) => {
    expect(await people().mara.api.get(`/orders?${query}`)).toMatchObject(invalid(field));
  });

  it('because its cursor was tampered with', async () => {
    const creator = await register('creator');
    await placeOrder(creator);
    await placeOrder(creator);
    const { data } = await creator.api.get<{ pagination: { nextCursor: string } }>('/orders?limit=1');
    const { nextCursor } = data.pagination;
    for (const bad of [`${nextCursor}A`, nextCursor.slice(0, -1), `Z${nextCursor.slice(1)}`]) {
      expect(await creator.api.get(`/orders?cursor=${bad}`)).toMatchObject(invalid('cursor'));
    }
  });

  it.each([
    [['latitude'], 'longitude=8'],
    [['latitude'], 'latitude=&longitude=8'],
    [['latitude'], 'latitude=91&longitude=8'],
    [['latitude', 'longitude'], 'latitude=NaN&longitude=Infinity'],
    [['longitude'], 'latitude=47&longitude=1e2'],
    [['radius'], 'latitude=47&longitude=8&radius=50001'],
    [['radius'], 'latitude=47&longitude=8&radius=-1'],
    [['limit'], 'latitude=47&longitude=8&limit=1000'],
  ])('nearby, because of its %s: %s', async (fields, query) => {
    expect(await people().mara.api.get(`/orders/nearby?${query}`)).toMatchObject(invalid(...fields));
  });
});

describe('an application that is not made', () => {
  let order: OrderView;
  beforeAll(async () => {
    order = await placeOrder(people().mara);
  });

  it.each<[string, Record<string, unknown>]>([
    ['message', { message: '' }],
    ['message', { message: 'x'.repeat(2_001) }],
    ['proposedAmount', { proposedAmount: 0 }],
    ['proposedAmount', { proposedAmount: 0.49 }],
    ['proposedAmount', { proposedAmount: 25.001 }],
    ['proposedAmount', { proposedAmount: 1_000_000 }],
    ['estimatedArrival', { estimatedArrival: inDays(-1) }],
    ['estimatedArrival', { estimatedArrival: 'soon' }],
    ['distanceMeters', { distanceMeters: 1 }],
  ])('because of its %s: %o', async (field, wrong) => {
    const { paul } = people();
    expect(await paul.api.post(`/orders/${order.id}/applications`, wrong)).toMatchObject(invalid(field));
  });

  it('twice, or to an order that is no longer open', async () => {
    const { mara, paul } = people();
    const order = await placeOrder(mara);
    const apply = () => paul.api.post(`/orders/${order.id}/applications`, {});
    expect((await apply()).status).toBe(201);
    expect(await apply()).toMatchObject(conflict('already_applied'));
    await give(mara, order.id, 'cancel');
    expect(await apply()).toMatchObject(notFound);
  });

  it('cannot be withdrawn when it is decided', async () => {
    const { mara, paul } = people();
    const order = await placeOrder(mara);
    const { id } = await applyTo(order.id, paul);
    const withdraw = () => paul.api.post(`/orders/${order.id}/applications/${id}/withdraw`);
    expect((await withdraw()).status).toBe(200);
    expect(await withdraw()).toMatchObject({ status: 409, error: { code: 'INVALID_TRANSITION' } });
  });
});

describe('a step that is not taken', () => {
  it('before its time', async () => {
    const { mara, paul } = people();
    const order = await placeOrder(mara);
    for (const command of ['complete', 'dispute', 'release']) {
      const reply = await mara.api.post(`/orders/${order.id}/${command}`, { reason: 'now' });
      expect(reply, command).toMatchObject(wrongStatus('pending'));
    }
    const rating = await mara.api.post(`/orders/${order.id}/ratings`, { rating: 5 });
    expect(rating).toMatchObject(wrongStatus('pending'));
    const accept = (applicationId: unknown) => mara.api.post(`/orders/${order.id}/accept`, { applicationId });
    expect(await accept('first')).toMatchObject(invalid('applicationId'));
    expect(await accept(crypto.randomUUID())).toMatchObject(notFound);

    const { id } = await applyTo(order.id, paul);
    expect((await accept(id)).status).toBe(200);
    expect(await accept(id)).toMatchObject(wrongStatus('accepted'));
  });

  it('far from the place, or nowhere', async () => {
    const { mara } = people();
    const provider = await register('provider');
    const location = somewhere();
    const order = await acceptedOrder(mara, provider, location);
    const start = () => provider.api.post(`/orders/${order.id}/start`);
    expect(await start()).toMatchObject(conflict('no_fresh_fix'));
    await provider.api.put('/providers/me/location', { ...location, latitude: location.latitude + 0.01 });
    expect(await start()).toMatchObject(conflict('outside_geofence'));
  });

  it('without a reason where the other side is owed one', async () => {
    const { mara, paul } = people();
    const [accepted, active] = [await acceptedOrder(mara, paul), await activeOrder(mara, paul)];
    expect(await paul.api.post(`/orders/${accepted.id}/cancel`)).toMatchObject(invalid('reason'));
    expect(await mara.api.post(`/orders/${active.id}/dispute`)).toMatchObject(invalid('reason'));
    for (const reason of ['', 'x'.repeat(1_001), 5]) {
      expect(await mara.api.post(`/orders/${active.id}/dispute`, { reason })).toMatchObject(
        invalid('reason'),
      );
    }
    const shouted = await mara.api.post(`/orders/${active.id}/complete`, { reason: 'ok', loudly: true });
    expect(shouted).toMatchObject(invalid('loudly'));
  });

  it('twice', async () => {
    const { mara, paul } = people();
    const order = await activeOrder(mara, paul);
    await give(paul, order.id, 'complete');
    expect(await paul.api.post(`/orders/${order.id}/complete`)).toMatchObject(wrongStatus('completed'));
    await give(mara, order.id, 'release');
    for (const [command, body] of [
      ['release', {}],
      ['dispute', { reason: 'late' }],
    ] as const) {
      expect(await mara.api.post(`/orders/${order.id}/${command}`, body)).toMatchObject({
        status: 409,
        error: { code: 'INVALID_TRANSITION', details: { reason: 'already_released' } },
      });
    }
    const rate = (rating: unknown) => mara.api.post(`/orders/${order.id}/ratings`, { rating });
    for (const bad of [0, 6, 4.5, '5', null]) expect(await rate(bad)).toMatchObject(invalid('rating'));
    expect((await rate(5)).status).toBe(201);
    expect(await rate(5)).toMatchObject(conflict('already_rated'));
  });

  it('to resolve what cannot be resolved so', async () => {
    const { mara, paul } = people();
    const admin = await registerAdmin();
    const order = await activeOrder(mara, paul);
    const resolve = (body: object) => admin.api.post(`/orders/${order.id}/resolve`, body);
    expect(await resolve({ outcome: 'release' })).toMatchObject(wrongStatus('active'));
    await give(mara, order.id, 'dispute', { reason: 'It was dark' });
    expect(await resolve({ outcome: 'shrug' })).toMatchObject(invalid('outcome'));
    for (const providerShare of [undefined, 0.001, 25, 30]) {
      expect(await resolve({ outcome: 'split', providerShare })).toMatchObject(invalid('providerShare'));
    }
    expect(await resolve({ outcome: 'refund', providerShare: 5 })).toMatchObject(invalid('providerShare'));
  });
});

const OF_AN_ORDER: [method: 'get' | 'post' | 'put' | 'delete', path: string, body?: object][] = [
  ['get', ''],
  ['put', '', { title: 'New' }],
  ['delete', ''],
  ['get', '/applications'],
  ['post', `/applications/${crypto.randomUUID()}/withdraw`],
  ['post', '/accept', { applicationId: crypto.randomUUID() }],
  ['post', '/start'],
  ['post', '/complete'],
  ['post', '/cancel'],
  ['post', '/dispute', { reason: 'x' }],
  ['post', '/release'],
  ['post', '/resolve', { outcome: 'release' }],
  ['post', '/ratings', { rating: 5 }],
  ['get', '/events'],
  ['get', '/track'],
];

describe.each(OF_AN_ORDER)('%s /orders/{orderId}%s', (method, path, body) => {
  it('finds no order that there is not', async () => {
    const unknown = crypto.randomUUID();
    expect(await people().mara.api[method](`/orders/${unknown}${path}`, body)).toMatchObject(notFound);
  });

  it('takes nothing for an order that is no id', async () => {
    for (const id of ['1', 'undefined', `${crypto.randomUUID()}x`, "'%20or%201=1"]) {
      expect(await people().mara.api[method](`/orders/${id}${path}`, body)).toMatchObject(invalid('orderId'));
    }
  });
});

it('the log is asked for only from a seq on', async () => {
  const { mara } = people();
  const order = await placeOrder(mara);
  for (const since of ['-1', 'first', '1.5', '']) {
    expect(await mara.api.get(`/orders/${order.id}/events?since=${since}`)).toMatchObject(invalid('since'));
  }
});
