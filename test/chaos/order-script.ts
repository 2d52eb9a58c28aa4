import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { OrderEventName } from '#domain/orders/order-events.ts';
import type { ApplicationView, OrderView } from '#domain/orders/order-view.ts';
import type { Answer, Caller, HttpClient, Write } from './http-client.ts';
import { draftAt, untilAccepted } from './orders.ts';
import type { Population } from './people.ts';
import type { Seeded } from './seeded.ts';

/** How an order of a script comes to its end. */
const ENDINGS = [
  'cancelled while pending',
  'cancelled when accepted',
  'completed',
  'completed, rated and released',
  'disputed while active',
  'disputed when completed, and resolved',
] as const;

/**
 * An order as its script left it: the events that must be in its log, however often they were asked for, and what must become of
 * its money.
 */
export type PlayedOrder = {
  id: string;
  creator: Caller;
  intended: OrderEventName[];
  money: readonly OrderEventName[];
};

/** How often somebody clicks twice. */
const DOUBLE_CLICKS = 0.15;

/** A provider who is refused for want of a position tells it again, at most for so long. */
const ARRIVAL_TRIES = 60;

/**
 * Plays one order from tap to its end, as its people's clients would: every step is one write under one Idempotency-Key,
 * now and then sent twice at once. Throws when a step is not answered as it must be.
 * @param placed is called as soon as the order's id is known
 */
export async function playOrder(
  http: HttpClient,
  { creators, towns, admin }: Population,
  seeded: Seeded,
  placed: (order: PlayedOrder) => void,
): Promise<void> {
  const creator = seeded.pick(creators);
  const town = seeded.pick(towns);
  const first = seeded.whole(0, town.providers.length);
  const second = (first + seeded.whole(1, town.providers.length)) % town.providers.length;
  const [chosen = town.providers[0], other = town.providers[1]] = [
    town.providers[first],
    town.providers[second],
  ];
  const ending = seeded.pick(ENDINGS);

  const step = async <T>(caller: Caller, path: string, body: unknown, event: OrderEventName) => {
    const write: Write = { method: 'POST', path, body };
    const key = crypto.randomUUID();
    const clicks = seeded.happens(DOUBLE_CLICKS) ? 2 : 1;
    const answers = await Promise.all(
      Array.from({ length: clicks }, () => http.write<T>(caller, write, key)),
    );
    for (const answer of answers) expectDone(answer, path);
    const [answer, again = answer] = answers;
    if (!isDeepStrictEqual(answer?.data, again?.data)) {
      const told = answers.map(({ data }) => JSON.stringify(data)).join('\n');
      throw new Error(`${path} was answered in two ways under one key:\n${told}`);
    }
    if (!answer) throw new Error('there is an answer to every click');
    order.intended.push(event);
    return answer.data;
  };

  const order: PlayedOrder = { id: '', creator, intended: [], money: [] };
  const { order: view } = await step<{ order: OrderView }>(
    creator,
    '/orders',
    draftAt(town.place),
    'order:created',
  );
  order.id = view.id;
  placed(order);
  const path = `/orders/${order.id}`;
  const give = (caller: Caller, command: string, event: OrderEventName, body: object = {}) =>
    step<{ order: OrderView }>(caller, `${path}/${command}`, body, event);
  const apply = (provider: Caller) =>
    step<{ application: ApplicationView }>(
      provider,
      `${path}/applications`,
      { message: 'I am close' },
      'order:applied',
    );

  const [one, another] = await Promise.all([apply(chosen), apply(other)]);
  if (ending === 'cancelled while pending') {
    await give(creator, 'cancel', 'order:cancelled', { reason: 'It has become dark.' });
    return;
  }
  const accepted = await acceptTwo(http, creator, path, one.application.id, another.application.id);
  order.intended.push('order:accepted');
  const provider = accepted === one.application.id ? chosen : other;
  if (ending === 'cancelled when accepted') {
    order.money = ['payment:processing', 'payment:cancelled'];
    const by = seeded.pick([creator, provider]);
    await give(by, 'cancel', 'order:cancelled', { reason: 'The road is closed.' });
    return;
  }
  await arriveAndStart(http, provider, path, town.place);
  order.intended.push('order:started');
  const taken = ['payment:processing', 'payment:completed'] as const;
  const payable = provider === town.providers[0];
  order.money = taken;
  switch (ending) {
    case 'completed':
      await give(seeded.pick([creator, provider]), 'complete', 'order:completed');
      return;
    case 'completed, rated and released':
      await give(provider, 'complete', 'order:completed');
      await Promise.all([
        give(creator, 'ratings', 'order:rated', { rating: 5 }),
        give(provider, 'ratings', 'order:rated', { rating: 4 }),
      ]);
      await give(creator, 'release', 'order:released');
      order.money = payable ? [...taken, 'payment:transferred'] : taken;
      return;
    case 'disputed while active':
      await give(creator, 'dispute', 'order:disputed', { reason: 'I see nothing.' });
      return;
    case 'disputed when completed, and resolved': {
      await give(provider, 'complete', 'order:completed');
      await give(creator, 'dispute', 'order:disputed', { reason: 'I saw nothing.' });
      const outcome = seeded.pick(['release', 'refund']);
      await give(admin, 'resolve', 'order:resolved', { outcome });
      if (outcome === 'refund') order.money = [...taken, 'payment:refunded'];
      else if (payable) order.money = [...taken, 'payment:transferred'];
    }
  }
}

/** Accepts two applications at once, as two devices of one creator would. @returns the id of the one that won */
async function acceptTwo(
  http: HttpClient,
  creator: Caller,
  path: string,
  ...applicationIds: [string, string]
): Promise<string> {
  const answers = await Promise.all(
    applicationIds.map(async (applicationId) => ({
      applicationId,
      answer: await http.write<{ order: OrderView }>(creator, {
        method: 'POST',
        path: `${path}/accept`,
        body: { applicationId },
      }),
    })),
  );
  const won = answers.filter(({ answer }) => answer.status === 200);
  const lost = answers.filter(({ answer }) => answer.status === 409);
  if (!won[0] || won.length + lost.length !== 2 || won.length !== 1) {
    throw new Error(`two accepts at once: ${answers.map(({ answer }) => answer.status).join(' and ')}`);
  }
  await untilAccepted(http, creator, won[0].answer.data.order.id);
  return won[0].applicationId;
}

/** The provider says where they are until the room takes it, and starts. Every refused try was one of its own. */
async function arriveAndStart(
  http: HttpClient,
  provider: Caller,
  path: string,
  place: { latitude: number; longitude: number },
): Promise<void> {
  for (let tries = 1; ; tries++) {
    await http.write(provider, { method: 'PUT', path: '/providers/me/location', body: place });
    const started = await http.write(provider, { method: 'POST', path: `${path}/start`, body: {} });
    const details = started.error?.details;
    const tooEarly = details && 'reason' in details && details.reason === 'no_fresh_fix';
    if (!tooEarly || tries === ARRIVAL_TRIES) return expectDone(started, `${path}/start`);
    await sleep(250);
  }
}

function expectDone({ status, error }: Answer<unknown>, path: string): void {
  if (error) throw new Error(`${path}: ${status} ${JSON.stringify(error)}`);
}
