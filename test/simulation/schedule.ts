import { createAccount } from '#payments/stripe/accounts.ts';
import { createCustomer } from '#payments/stripe/customers.ts';
import { contradictions } from './books.ts';
import { noteCoverage } from './coverage.ts';
import { outsideHappens } from './outside.ts';
import { isOver, placeOrder, someoneActs } from './people.ts';
import { quietEnd } from './quiet-end.ts';
import { PAYEES, PAYERS, Stage, type Weather } from './stage.ts';
import { stripeClient } from './stripe-in-process.ts';
import { isDue, letPass, takeTurn } from './time.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What a schedule met, and what happened in it if that was asked for. */
export type Played = { met: ReadonlySet<string>; story: readonly string[] | null };

/** Plays one schedule through to its quiet end. Throws where anything is not as it must be. */
export async function play(seed: number, { withStory = false } = {}): Promise<Played> {
  const stage = new Stage(seed, withStory);
  try {
    await begin(stage);
    await storm(stage);
    await quietEnd(stage);
    noteCoverage(stage);
    const wrong = contradictions(stage);
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
  } catch (error) {
    stage.story?.push(...written(stage));
    throw new ScheduleFailed(seed, stage.story, error);
  }
  return { met: stage.met, story: stage.story };
}

/** A schedule whose end was not as it must be. */
export class ScheduleFailed extends Error {
  readonly story: readonly string[] | null;

  constructor(seed: number, story: readonly string[] | null, cause: unknown) {
    super(`Seed ${seed}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'ScheduleFailed';
    this.story = story;
  }
}

/** The ledger, the payments and the events of the orders, as lines to be read. */
function written({ record }: Stage): string[] {
  const json = (value: unknown) =>
    JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? `${field}` : field));
  return [
    ...record.ledger.map(({ kind, cause, currency, entries }) => {
      const moves = entries.map(({ account, partyId, amount }) => `${account} ${partyId ?? ''} ${amount}`);
      return `${kind} ${cause} ${currency}: ${moves.join(', ')}`;
    }),
    ...record.payments.map(({ payment }) => json(payment)),
    ...record.payments.flatMap(({ attempts }) => attempts.map(json)),
    ...record.payments.flatMap(({ steps }) => steps.map(json)),
    ...[...record.entries].map(([orderId, { events }]) => `${orderId}: ${events.join(', ')}`),
  ];
}

/** People with cards and accounts, and their orders. */
async function begin(stage: Stage): Promise<void> {
  const { chance, record, stripe } = stage;
  const environment = 'simulation';
  stage.tell(`theme ${stage.theme.name}`);
  const payers = chance.happens(0.4) ? PAYERS : [chance.pick(PAYERS)];
  for (const userId of payers) {
    record.customers.set(userId, await createCustomer(stripeClient(), { environment, userId }));
    for (let cards = chance.between(1, 3); cards > 0; cards -= 1) stage.saveCard(userId);
  }
  for (const userId of PAYEES) {
    const accountId = await createAccount(stripeClient(), { environment, userId });
    stage.accounts.set(userId, accountId);
    if (chance.happens(0.6)) stripe.controls.finishOnboarding(accountId);
    stage.accountSeen(accountId);
  }
  await placeOrder(stage);
  await stage.settle();
  const { currency, baseAmount } = stage.states[0]?.order ?? {};
  if (!currency || !baseAmount) throw new Error('in fair weather an order is placed');
  for (const payee of PAYEES) {
    const amount = (baseAmount * BigInt(chance.between(1, 300))) / 100n;
    if (chance.happens(0.15)) record.oweFromBefore(payee, currency, amount);
  }
}

/** Everything that can happen, in any order, in any weather. */
async function storm(stage: Stage): Promise<void> {
  const { chance, turns } = stage;
  stage.setWeather(anyWeather(stage));
  const happenings = anyHappenings(stage);
  const orders = chance.weighed(stage.theme.orders);
  let placed = stage.states.length;
  for (let left = chance.between(12, 50) * orders; left > 0; left -= 1) {
    if (placed < orders && (stage.states.every(isOver) || !chance.happens(stage.theme.inTurn))) {
      stage.start('an order is placed', placeOrder(stage));
      placed += 1;
    }
    await stage.settle();
    while (turns.waiting > 0 && chance.happens(0.8)) {
      turns.release();
      await stage.settle();
    }
    await chance.weighed(happenings)();
  }
  await stage.settle();
}

function anyWeather({ chance }: Stage): Weather {
  return {
    waits: chance.pick([0.05, 0.3, 0.7]),
    recordLost: chance.pick([0, 0, 0.01, 0.08]),
    stripeFaults: chance.pick([0, 0.03, 0.1, 0.3]),
    webhooksDropped: chance.pick([0, 0.1, 0.5, 1]),
    webhooksDoubled: chance.pick([0, 0.2]),
  };
}

type Happening = () => void | Promise<void>;

function anyHappenings(stage: Stage): [number, Happening][] {
  const { chance } = stage;
  return [
    [10, () => someoneActs(stage)],
    [9, () => bringMail(stage)],
    [6, () => somethingIsDue(stage)],
    [3, () => outsideHappens(stage)],
    [2.5, () => timePasses(stage)],
    [0.5 * stage.theme.days, () => timeComes(stage)],
    [0.15, () => stripeIsDown(stage)],
    [chance.pick([0, 1, 4]), () => aRoomDies(stage)],
    [chance.pick([0, 0.5, 2]), () => aRoomTooMany(stage)],
    [chance.pick([0.2, 2]), () => anOrderIsCompared(stage)],
    [0.3, () => anAdminRetries(stage)],
  ];
}

function bringMail(stage: Stage): void {
  const { chance, mail } = stage;
  if (mail.length === 0) return;
  const letter = chance.happens(0.5) ? mail[0] : chance.pick(mail);
  if (!letter) return;
  stage.mail = mail.filter((other) => other !== letter);
  stage.tell(letter === mail[0] ? 'webhook' : 'webhook before an older one');
  stage.deliver(letter);
}

function somethingIsDue(stage: Stage): void {
  const due = stage.states.filter((state) => isDue(state, stage.now));
  if (due.length > 0) takeTurn(stage, stage.chance.pick(due));
}

async function timePasses(stage: Stage): Promise<void> {
  const { chance } = stage;
  const ms = chance.weighed([
    [6, () => chance.between(1, 60 * SECOND)],
    [4, () => chance.between(MINUTE, 20 * MINUTE)],
    [1, () => chance.between(HOUR, 10 * HOUR)],
    [stage.theme.days, () => chance.between(DAY, 8 * DAY)],
  ])();
  if (ms < HOUR) {
    stage.advance(ms);
    return;
  }
  await stage.finish();
  // All is asleep, and nobody does anything until it is over.
  const outage = chance.happens(0.25);
  stage.tell(outage ? 'outage' : ms < DAY ? 'hours pass' : 'days pass', () => `${Math.round(ms / HOUR)} h`);
  if (outage) stage.advance(ms);
  else await letPass(stage, ms);
}

/** The time of a scheduled order comes, or almost. */
async function timeComes(stage: Stage): Promise<void> {
  const waiting = stage.states.filter(
    ({ order }) => order.status === 'accepted' && order.scheduledFor && order.scheduledFor > stage.now,
  );
  if (waiting.length === 0) return;
  const at = stage.chance.pick(waiting).order.scheduledFor?.getTime() ?? stage.nowMs;
  await stage.finish();
  stage.tell('the time of an order comes');
  await letPass(stage, Math.max(0, at - stage.nowMs - stage.chance.between(0, 80 * HOUR)));
}

/** For hours Stripe answers nothing that could be relied on. */
async function stripeIsDown(stage: Stage): Promise<void> {
  const { weather } = stage;
  await stage.finish();
  stage.tell('Stripe is down');
  stage.setWeather({ ...weather, stripeFaults: 0.97 });
  await letPass(stage, stage.chance.between(HOUR, 16 * HOUR));
  stage.setWeather(weather);
}

function aRoomDies(stage: Stage): void {
  const rooms = [...stage.rooms.values()].flat();
  if (rooms.length === 0) return;
  const room = stage.chance.pick(rooms);
  stage.tell(stage.turns.isWaiting(room.life) ? 'crash in the middle' : 'crash', () => room.orderId);
  stage.crash(room);
}

function aRoomTooMany(stage: Stage): void {
  const { order } = stage.chance.pick(stage.states);
  if ((stage.rooms.get(order.id) ?? []).length >= 2) return;
  stage.openRoom(order.id);
  if ((stage.rooms.get(order.id) ?? []).length > 1) stage.tell('two rooms of one order', () => order.id);
}

function anOrderIsCompared(stage: Stage): void {
  const { order, money } = stage.chance.pick(stage.states);
  if (!money) return;
  stage.tell('compared with Stripe', () => order.id);
  stage.start(`comparing ${order.id}`, stage.roomOf(order.id).sync());
}

function anAdminRetries(stage: Stage): void {
  for (const { order, money } of stage.states) {
    const parked = money?.steps.find(({ state }) => state === 'parked');
    if (!parked) continue;
    stage.tell('parked step retried', () => parked.id);
    stage.start(`retrying ${parked.id}`, stage.roomOf(order.id).retry(parked.id));
  }
}
