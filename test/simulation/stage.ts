import type Stripe from 'stripe';
import { CURRENCIES, currencyRules } from '#domain/money/currencies.ts';
import type { OrderState } from '#domain/orders/order.ts';
import { StripeUnavailable } from '#payments/stripe/failures.ts';
import { told } from '#payments/stripe/webhook-events.ts';
import { subjectOf } from '#payments/webhooks.ts';
import { faultKinds } from '#simulators/stripe/control/faults.ts';
import { attachTo, createCard } from '#simulators/stripe/resources/payment-methods.ts';
import type { TestCardName } from '#simulators/stripe/resources/test-cards.ts';
import type { KeptEvent } from '#simulators/stripe/state.ts';
import { createStripe, type StripeSimulator } from '#simulators/stripe/stripe.ts';
import { Chance } from './chance.ts';
import { takeFaults } from './failures.ts';
import { restartIds } from './ids.ts';
import { SimulatedRecord } from './record.ts';
import { SimulatedRoom } from './room.ts';
import { serveStripe } from './stripe-in-process.ts';
import { anyTheme, type Theme } from './theme.ts';
import { everyoneStands, type Life, Turns } from './turns.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const BEGIN = Date.UTC(2026, 10, 23, 12);

/** Whatever is under way is so for less than a call takes to be dead, on its way to Stripe included. */
const LONGEST_UNDER_WAY_MS = 40 * MINUTE;
const LATEST_ARRIVAL_S = 15 * 60;

/** What nobody knows after so many tries was never ours. */
const MOST_TRIES = 20;

/** How bad it is today: likelihoods, of each round trip and of each event. */
export type Weather = {
  waits: number;
  recordLost: number;
  stripeFaults: number;
  webhooksDropped: number;
  webhooksDoubled: number;
};

const FAIR: Weather = { waits: 0, recordLost: 0, stripeFaults: 0, webhooksDropped: 0, webhooksDoubled: 0 };

export const PAYERS = ['mara', 'milo'] as const;
export const PAYEES = ['paul', 'rita'] as const;

/** Cards that people have; those that are declined were good when they were saved. */
const CARDS: readonly (readonly [number, TestCardName])[] = [
  [12, 'visa'],
  [5, 'mastercard'],
  [3, 'bypassPending'],
  [1, 'visa_chargeDeclined'],
  [1, 'visa_chargeDeclinedInsufficientFunds'],
  [0.5, 'chargeDeclinedExpiredCard'],
  [0.5, 'visa_chargeDeclinedStolenCard'],
  [1, 'chargeCustomerFail'],
  [2, 'authenticationRequired'],
  [2, 'authenticationRequiredOnSetup'],
  [1, 'authenticationRequiredSetupForOffSession'],
  [1, 'authenticationRequiredChargeDeclinedInsufficientFunds'],
  [1, 'createDispute'],
  [1, 'createDisputeInquiry'],
  [1, 'refundFail'],
  [1, 'pendingRefund'],
];

/** An event on its way to us, which does not come before its time. */
export type Letter = { event: KeptEvent; tries: number; dueMs: number };

/** Everything of one schedule: its people, their orders' rooms, the record, and Stripe. */
export class Stage {
  readonly chance: Chance;
  readonly theme: Theme;
  readonly turns: Turns;
  readonly record = new SimulatedRecord();
  readonly stripe: StripeSimulator;
  readonly rooms = new Map<string, SimulatedRoom[]>();
  readonly cards = new Map<string, string[]>();
  /** What happened, of the kinds that are counted. */
  readonly met = new Set<string>();
  /** What happened, one line each; null unless somebody wants to read it. */
  readonly story: string[] | null;
  /** Connected accounts, by their owner. */
  readonly accounts = new Map<string, string>();
  weather: Weather = FAIR;
  nowMs = BEGIN;
  /** Events on their way to us. */
  mail: Letter[] = [];
  #eventsSeen = 0;
  #background = 0;
  #broken: unknown = null;

  constructor(seed: number, withStory: boolean) {
    restartIds();
    this.chance = new Chance(seed);
    this.theme = anyTheme(this.chance);
    this.story = withStory ? [] : null;
    this.turns = new Turns(this.chance, () => this.nowMs, 0);
    this.stripe = createStripe({
      clock: () => this.nowMs,
      random: () => this.chance.next(),
      pause: () => this.turns.at(null),
    });
    serveStripe((request) => {
      if (this.chance.happens(this.weather.stripeFaults)) {
        const kind = this.chance.pick(faultKinds);
        const afterSeconds = this.chance.between(1, LATEST_ARRIVAL_S);
        this.stripe.controls.addFault({ kind, method: request.method, times: 1, afterSeconds });
        this.tell(`stripe ${kind}`, () => `at ${request.method} ${request.path.split('?')[0]}`);
      }
      const { method, path, headers } = request;
      this.story?.push(`  -> ${method} ${path} ${headers['idempotency-key'] ?? ''}`);
      return this.stripe.handle(request);
    });
  }

  get now(): Date {
    return new Date(this.nowMs);
  }

  get states(): OrderState[] {
    return this.record.states;
  }

  /** Notes that something of a kind happened. */
  tell(kind: string, details?: () => string): void {
    this.met.add(kind);
    this.story?.push(`${this.now.toISOString()} ${kind} ${details?.() ?? ''}`);
  }

  setWeather(weather: Weather): void {
    this.weather = weather;
    this.turns.waitLikelihood = weather.waits;
  }

  /** Everything is as it should be from now on. */
  clearUp(): void {
    this.setWeather(FAIR);
    this.stripe.controls.clearFaults();
  }

  /** A person's card, saved with Stripe. */
  saveCard(userId: string): string {
    const { world } = this.stripe;
    const customer = this.record.customers.get(userId);
    if (!customer) throw new Error('a card is somebody’s');
    const name = this.chance.weighed(CARDS);
    const card = createCard(world, name);
    attachTo(world, card, customer);
    if (this.chance.happens(0.7)) world.state.setUp.add(card.id);
    this.cards.set(userId, [...(this.cards.get(userId) ?? []), card.id]);
    this.story?.push(`card ${card.id} of ${userId} is ${name}`);
    return card.id;
  }

  /** A room of the order: the one that there is, or one of those. */
  roomOf(orderId: string): SimulatedRoom {
    const living = this.rooms.get(orderId) ?? [];
    return living.length > 0 ? this.chance.pick(living) : this.openRoom(orderId);
  }

  /** One more instance, which reads the record. */
  openRoom(orderId: string): SimulatedRoom {
    const room = new SimulatedRoom(orderId, {
      record: this.record,
      leg: (life) => this.#leg(life),
      now: () => this.now,
      inBackground: (what, work) => this.start(`${what} of ${orderId}`, work),
    });
    this.rooms.set(orderId, [...(this.rooms.get(orderId) ?? []), room]);
    return room;
  }

  /** A room dies, with whatever it was doing. */
  crash(room: SimulatedRoom): void {
    this.turns.end(room.life);
    this.rooms.set(
      room.orderId,
      (this.rooms.get(room.orderId) ?? []).filter((other) => other !== room),
    );
  }

  /** Begins something. What fails because Stripe or the record was out of reach may fail. */
  start(what: string, work: Promise<unknown>): void {
    this.#background += 1;
    work.then(
      (result) => {
        this.#background -= 1;
        this.story?.push(`  ${what}: ${typeof result === 'string' ? result : 'ended'}`);
      },
      (error: unknown) => {
        this.#background -= 1;
        this.story?.push(`  ${what}: ${String(error)}`);
        if (!isOutOfReach(error)) this.#broken ??= new Error(what, { cause: error });
      },
    );
  }

  /** Until all have come to where they wait. Throws what must not have happened. */
  async settle(): Promise<void> {
    await everyoneStands();
    this.#broken ??= takeFaults()[0] ?? null;
    if (this.#broken) throw this.#broken;
    this.#collectMail();
  }

  /** Lets everybody go on until nobody waits any more. */
  async finish(): Promise<void> {
    await this.settle();
    while (this.turns.waiting > 0) {
      this.turns.release();
      await this.settle();
    }
  }

  /** Moves the clock, though not so far that what is under way would have to be dead. Says by how much. */
  advance(ms: number): number {
    const most = this.turns.waiting > 0 ? LONGEST_UNDER_WAY_MS - (this.nowMs - this.turns.since) : ms;
    const by = Math.max(0, Math.min(ms, most));
    this.nowMs += by;
    this.stripe.catchUp();
    return by;
  }

  /** Brings an event; it is brought again when nobody could take it in. */
  deliver(letter: Letter): void {
    const { event, tries } = letter;
    const again = { event, tries: tries + 1, dueMs: this.nowMs + MINUTE };
    // What goes over the wire is what Stripe's SDK says an event is.
    const news = told(event as unknown as Stripe.Event);
    this.story?.push(`${this.now.toISOString()} event ${news.type} of ${news.objectId}`);
    const subject = subjectOf(news);
    switch (subject.kind) {
      case 'nothing':
      case 'platform_payout':
        return;
      case 'account':
        this.accountSeen(subject.accountId);
        return;
      case 'payment': {
        const { objectType, objectId } = subject;
        const orderId = this.record.orderOf(news);
        if (!orderId) {
          if (tries < MOST_TRIES) this.mail.push(again);
          return;
        }
        const { intentId } = news;
        const taken = this.roomOf(orderId).observe({ objectType, objectId, intentId });
        this.start(
          `${news.type} in ${orderId}`,
          taken.catch((error) => {
            this.mail.push(again);
            throw error;
          }),
        );
      }
    }
  }

  /** A connected account's standing is read anew, and the orders that waited for it are woken. */
  accountSeen(accountId: string): void {
    const userId = [...this.accounts].find(([, id]) => id === accountId)?.[0];
    if (!userId) return;
    const account = this.stripe.world.state.accounts.get(accountId);
    const transfersEnabled = account?.capabilities?.transfers === 'active';
    this.record.accounts.set(userId, { accountId, transfersEnabled, observedAt: this.now });
    if (!transfersEnabled) return;
    for (const { order, money } of this.states) {
      if (order.providerId !== userId || !money?.steps.some(({ state }) => state === 'blocked')) continue;
      this.start(`waking ${order.id}`, this.roomOf(order.id).run());
    }
  }

  async #leg(life: Life): Promise<void> {
    await this.turns.at(life);
    if (!this.chance.happens(this.weather.recordLost)) return;
    this.tell('record lost');
    throw new DOMException('the record did not answer', 'TimeoutError');
  }

  #collectMail(): void {
    const { events } = this.stripe.world.state;
    if (events.size === this.#eventsSeen) return;
    const fresh = [...events.values()].slice(this.#eventsSeen);
    this.#eventsSeen = events.size;
    for (const event of fresh) {
      if (this.chance.happens(this.weather.webhooksDropped)) {
        this.tell('webhook dropped');
        continue;
      }
      this.mail.push({ event, tries: 0, dueMs: this.nowMs });
      if (this.chance.happens(this.weather.webhooksDoubled)) {
        this.tell('webhook doubled');
        this.mail.push({ event, tries: 0, dueMs: this.nowMs });
      }
    }
  }
}

function isOutOfReach(error: unknown): boolean {
  return (
    error instanceof StripeUnavailable ||
    (error instanceof Error &&
      (error.name === 'TimeoutError' || error.name === 'QueueFullError' || isNotTakenIn(error)))
  );
}

/** What Stripe said could not be committed, as the record did not answer or another room was faster again and again. */
function isNotTakenIn({ message }: Error): boolean {
  return (
    message.startsWith('what Stripe says was not taken in: The order could not be reached') ||
    message.startsWith('what Stripe says was not taken in: This order is being changed by others')
  );
}

/** An amount in minor units that Stripe takes, near the least or far above it. */
export function anyPrice(chance: Chance, currency: string): bigint {
  const rules = currencyRules(currency);
  if (!rules) throw new Error(`no such currency: ${currency}`);
  const least = Number(rules.minimumAmount);
  const most = Number(rules.maximumAmount);
  const any = chance.weighed([
    [2, () => least + chance.between(0, 30)],
    [6, () => least * chance.between(2, 60) + chance.between(0, 99)],
    [1, () => chance.between(least, most)],
  ])();
  const amount = Math.min(any, most);
  return BigInt(rules.exponent === 3 ? amount - (amount % 10) : amount);
}

/** Currencies of each kind, those with one of their own more often. */
export function anyCurrency(chance: Chance): string {
  return chance.weighed([
    [3, () => 'USD'],
    [1, () => 'JPY'],
    [1, () => 'KWD'],
    [1, () => 'ISK'],
    [3, () => chance.pick(Object.keys(CURRENCIES))],
  ])();
}
