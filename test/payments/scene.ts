import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { and, asc, eq, notInArray, sql } from 'drizzle-orm';
import { expect, vi } from 'vitest';
import type { ConnectStatus } from '#contract/payments.ts';
import { database } from '#db/client.ts';
import { readMoney } from '#db/queries/money.ts';
import {
  ledgerEntries,
  ledgerTransactions,
  orderEvents,
  paymentSteps,
  payments,
  payoutAccounts,
} from '#db/schema/index.ts';
import type { ApplicationView, OrderView } from '#domain/orders/order-view.ts';
import type { LedgerAccount } from '#domain/payments/ledger.ts';
import type { Money } from '#domain/payments/payment.ts';
import type { PaymentView } from '#domain/payments/payment-view.ts';
import { orderRoom } from '#durable-objects/stubs.ts';
import { type Reply, register, type TestPerson } from '#test/client.ts';
import { applyTo, homeOf, placeOrder } from '#test/order-steps.ts';
import { finishOnboarding, stripe } from '#test/stripe.ts';

/** One order with money in it: its people, what they do, and what the record and Stripe then have of it. */

export const db = database(env);

/** What accepting, paying with another card and syncing are answered. */
export type CardReply = Reply<{ order: OrderView; payment: PaymentView & { clientSecret?: string } }>;

export type Scene = { creator: TestPerson; provider: TestPerson; order: OrderView; applicationId: string };

/** A provider who has told Stripe all that it wants to know. */
export async function payableProvider(): Promise<TestPerson & { accountId: string }> {
  const provider = await register('provider');
  return { ...provider, accountId: await becomePayable(provider) };
}

/** The provider tells Stripe who they are. @returns their account */
export async function becomePayable(provider: TestPerson): Promise<string> {
  const asked = await provider.api.post('/payments/connect/onboarding', {});
  expect(asked.error).toBeNull();
  const [account] = await db.select().from(payoutAccounts).where(eq(payoutAccounts.userId, provider.id));
  if (!account) throw new Error('whoever asks for onboarding has an account');
  await finishOnboarding(account.accountId);
  const status = await provider.api.get<ConnectStatus>('/payments/connect/status');
  expect(status.data.state).toBe('ready');
  return account.accountId;
}

/** A pending order that somebody has applied to. `draft` says what matters to the test of it. */
export async function appliedOrder({
  creator,
  provider,
  ...draft
}: {
  creator?: TestPerson;
  provider?: TestPerson;
  [field: string]: unknown;
} = {}): Promise<Scene> {
  const [payer, payee] = await Promise.all([
    creator ?? register('creator'),
    provider ?? register('provider'),
  ]);
  const order = await placeOrder(payer, { location: homeOf(payee), ...draft });
  const application = await applyTo(order.id, payee);
  return { creator: payer, provider: payee, order, applicationId: application.id };
}

/** The creator chooses the application; `paymentMethodId` says with which card. */
export function accept(
  { creator, order, applicationId }: Scene,
  body: { paymentMethodId?: string } = {},
): Promise<CardReply> {
  return creator.api.post(`/orders/${order.id}/accept`, { applicationId, ...body });
}

/** An order whose money is held. */
export async function acceptedScene(given: Parameters<typeof appliedOrder>[0] = {}): Promise<Scene> {
  const scene = await appliedOrder(given);
  const accepted = await accept(scene);
  expect(accepted.error).toBeNull();
  return { ...scene, order: accepted.data.order };
}

/** An order whose stream runs. */
export async function activeScene(given: Parameters<typeof appliedOrder>[0] = {}): Promise<Scene> {
  const scene = await acceptedScene(given);
  await start(scene);
  return scene;
}

/** An order whose money is in escrow. */
export async function completedScene(given: Parameters<typeof appliedOrder>[0] = {}): Promise<Scene> {
  const scene = await activeScene(given);
  await command(scene.provider, scene.order.id, 'complete');
  await settled(scene.order.id);
  return scene;
}

/** An order whose money was released, and sent where that can be. */
export async function releasedScene(given: Parameters<typeof appliedOrder>[0] = {}): Promise<Scene> {
  const scene = await completedScene(given);
  await command(scene.creator, scene.order.id, 'release');
  await settled(scene.order.id);
  return scene;
}

/** The provider is there, and begins. `at`: what the room holds to be now. */
export async function start({ provider, order }: Scene, at = new Date()): Promise<void> {
  const { latitude, longitude } = order.location;
  // As it comes from their own object: the room's clock may be ahead of every access token.
  const fix = { at, latitude, longitude, heading: null, speed: null, accuracy: null, flagged: null };
  await orderRoom(env, order.id).applyFix(order.id, provider.id, fix);
  await command(provider, order.id, 'start');
}

/** A command that must succeed. */
export async function command(
  by: TestPerson,
  orderId: string,
  name: string,
  body: object = {},
): Promise<OrderView> {
  const reply = await by.api.post<{ order: OrderView }>(`/orders/${orderId}/${name}`, body);
  expect(reply.error).toBeNull();
  return reply.data.order;
}

/** The payment as one of its parties sees it. */
export async function paymentFor(person: TestPerson, orderId: string): Promise<PaymentView> {
  const reply = await person.api.get<{ payment: PaymentView }>(`/orders/${orderId}/payment`);
  expect(reply.error).toBeNull();
  return reply.data.payment;
}

/** Asks Stripe now, for one of the parties. */
export async function sync(person: TestPerson, orderId: string): Promise<CardReply> {
  const { payment } = await moneyOf(orderId);
  return person.api.post(`/payments/${payment.id}/sync`);
}

/** All of an order's money as the record has it. */
export async function moneyOf(orderId: string): Promise<Money> {
  const money = await readMoney(db, orderId);
  if (!money) throw new Error('the order has no payment');
  return money;
}

export async function orderOf({ creator, order }: Scene): Promise<OrderView> {
  return (await creator.api.get<{ order: OrderView }>(`/orders/${order.id}`)).data.order;
}

export async function applicationsOf({ creator, order }: Scene): Promise<ApplicationView[]> {
  const path = `/orders/${order.id}/applications`;
  return (await creator.api.get<{ items: ApplicationView[] }>(path)).data.items;
}

/** The log of an order: what happened, by name. */
export async function eventsOf(orderId: string): Promise<string[]> {
  const rows = await db
    .select({ name: orderEvents.name })
    .from(orderEvents)
    .where(eq(orderEvents.orderId, orderId))
    .orderBy(asc(orderEvents.seq));
  return rows.map(({ name }) => name);
}

/** Of those, what happened to the money; without what only says that the books were looked through. */
export async function moneyEventsOf(orderId: string): Promise<string[]> {
  const names = await eventsOf(orderId);
  return names.filter((name) => name.startsWith('payment:') && name !== 'payment:reconciled');
}

/** What the accounts of the ledger hold of an order's payment, those that hold something: minor units, debit positive. */
export async function accountsOf(orderId: string): Promise<Partial<Record<LedgerAccount, number>>> {
  const rows = await db
    .select({ account: ledgerEntries.account, held: sql<string>`sum(${ledgerEntries.amount})` })
    .from(ledgerEntries)
    .innerJoin(ledgerTransactions, eq(ledgerTransactions.id, ledgerEntries.transactionId))
    .innerJoin(payments, eq(payments.id, ledgerTransactions.paymentId))
    .where(eq(payments.subjectId, orderId))
    .groupBy(ledgerEntries.account);
  return Object.fromEntries(
    rows.flatMap(({ account, held }) => (Number(held) === 0 ? [] : [[account, Number(held)]])),
  );
}

/** What was posted to the ledger for an order, by kind, sorted: of what was posted together nothing was first. */
export async function postingsOf(orderId: string): Promise<string[]> {
  const rows = await db
    .select({ kind: ledgerTransactions.kind })
    .from(ledgerTransactions)
    .innerJoin(payments, eq(payments.id, ledgerTransactions.paymentId))
    .where(eq(payments.subjectId, orderId));
  return rows.map(({ kind }) => kind).toSorted();
}

/** Waits until nothing is owed to Stripe but what waits for an account or an admin. */
export async function settled(orderId: string): Promise<void> {
  const owed = () =>
    db
      .select({ id: paymentSteps.id, state: paymentSteps.state })
      .from(paymentSteps)
      .innerJoin(payments, eq(payments.id, paymentSteps.paymentId))
      .where(
        and(
          eq(payments.subjectId, orderId),
          notInArray(paymentSteps.state, ['done', 'failed', 'blocked', 'parked']),
        ),
      );
  await vi.waitFor(async () => expect(await owed()).toEqual([]), { timeout: 20_000 });
}

/** All PaymentIntents that were ever made for an order, with their charges, the oldest first. */
export async function intentsOf(orderId: string) {
  const { payment } = await moneyOf(orderId);
  const all = await stripe.paymentIntents.list({
    customer: payment.customerId,
    limit: 100,
    expand: ['data.latest_charge.balance_transaction'],
  });
  return all.data.filter(({ metadata }) => metadata.order_id === orderId).reverse();
}

/** What Stripe says of all PaymentIntents of an order, by status. */
export async function intentStates(orderId: string): Promise<string[]> {
  return (await intentsOf(orderId)).map(({ status }) => status);
}

/** What Stripe itself took for the order's charge, in minor units. */
export async function stripeFeeOf(orderId: string): Promise<number> {
  const charge = (await intentsOf(orderId)).at(-1)?.latest_charge;
  if (typeof charge !== 'object' || typeof charge?.balance_transaction !== 'object') {
    throw new Error('it was captured, and asked for');
  }
  return charge.balance_transaction?.fee ?? 0;
}

/** Lets the order's room believe that it is so much later, and do what is due then. */
export async function later(orderId: string, ms: number): Promise<void> {
  const room = orderRoom(env, orderId);
  await runInDurableObject(room, (object) => {
    object.now = () => new Date(Date.now() + ms);
  });
  // The platform may just be running the alarm by itself, at the time that it was.
  if (!(await runDurableObjectAlarm(room))) await wake(orderId);
}

/** Throws everything out of the room's memory. */
export async function evict(orderId: string): Promise<void> {
  await evictDurableObject(orderRoom(env, orderId));
}

/** Has the room look for what it owes and is overdue, as the sweeper does. */
export async function wake(orderId: string): Promise<void> {
  await orderRoom(env, orderId).wake(orderId);
}
