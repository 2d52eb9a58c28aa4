import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eq, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, database } from '#db/client.ts';
import { type Gateway, startGateway } from '#db/gateway/gateway.ts';
import { checkLedger } from '#db/queries/ledger-check.ts';
import { keepStep } from '#db/queries/money.ts';
import {
  ledgerTransactions,
  liveStreamOrders,
  payeeReceivables,
  paymentSteps,
  payments,
} from '#db/schema/index.ts';
import type { Order } from '#domain/orders/order.ts';
import { type ChargebackRecord, NEW_PAYEE, type Payment } from '#domain/payments/payment.ts';
import { type StripeSettings, stripeClient } from '#payments/stripe/client.ts';
import { type StripeServer, serveStripe } from '#simulators/stripe/server.ts';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { RecordedMoney } from '#test/recorded-money.ts';
import { embeddedTestDatabase, type TestDatabase } from '#test/setup/databases.ts';
import { reportOf } from './report.ts';
import { compareWithStripe } from './stripe-comparison.ts';

const PAID = { ...NEW_PAYEE, accountId: 'acct_test' };

let own: TestDatabase;
let gateway: Gateway;
let stripe: StripeServer;
let state: string;
let db: Database;
let payerId: string;
let payeeId: string;

// The whole ledger is looked at, so these tests have a database of their own.
beforeAll(async () => {
  own = embeddedTestDatabase();
  // Opening it takes longer than a statement may.
  await own.backend.check();
  gateway = await startGateway({ backend: own.backend });
  db = database({ DATABASE_URL: own.databaseUrl, DATABASE_FETCH_ENDPOINT: `${gateway.url}/sql` });
  stripe = await serveStripe();
  state = await mkdtemp(join(tmpdir(), 'taplive-ledger-'));
  payerId = await recordPerson(db, 'creator', RECORDED_AT);
  payeeId = await recordPerson(db, 'provider', RECORDED_AT);
});

afterAll(async () => {
  await stripe?.close();
  await gateway?.close();
  await own?.backend.close();
  await rm(state, { recursive: true, force: true });
});

/** `npm run ledger:check` in the checkout of a running system, which has a simulator or not. */
async function run(simulator: StripeSettings | null): Promise<{ code: number; output: string }> {
  await writeFile(
    join(state, 'running.json'),
    JSON.stringify({
      pid: process.pid,
      address: '',
      databaseUrl: own.databaseUrl,
      fetchEndpoint: `${gateway.url}/sql`,
      stripe: simulator,
      origin: null,
    }),
  );
  const program = fileURLToPath(new URL('../ledger-check.ts', import.meta.url));
  const env = { ...process.env, DATABASE_URL: '', STRIPE_SECRET_KEY: '', TAPLIVE_STATE: state };
  return new Promise((resolve) => {
    execFile(process.execPath, [program], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? 1 : 0, output: stdout + stderr }),
    );
  });
}

async function end(order: Order, status: 'completed' | 'cancelled' = 'completed'): Promise<void> {
  await db
    .update(liveStreamOrders)
    .set({ status, releasedAt: status === 'completed' ? RECORDED_AT : null })
    .where(eq(liveStreamOrders.id, order.id));
}

/** Charges the creator at Stripe, too, and records what that cost. */
async function capturedAtStripe(): Promise<RecordedMoney> {
  const sdk = stripeClient(settings());
  const { id } = await sdk.paymentIntents.create({
    amount: 2_500,
    currency: 'usd',
    confirm: true,
    capture_method: 'manual',
    payment_method: 'pm_card_visa',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });
  await sdk.paymentIntents.capture(id);
  const intent = await sdk.paymentIntents.retrieve(id, { expand: ['latest_charge.balance_transaction'] });
  const charge = intent.latest_charge;
  if (typeof charge !== 'object' || typeof charge?.balance_transaction !== 'object')
    throw new Error('it was expanded');
  const { fee = 0 } = charge.balance_transaction ?? {};

  const recorded = await RecordedMoney.begin(db, await recordOrder(db, payerId), payeeId);
  await recorded.see(recorded.intent('authorized'));
  await recorded.aim({ capture: 2_500n });
  const fact = recorded.intent('captured');
  const balanceTransactionId = `txn_${recorded.money.payment.id}`;
  await recorded.see({
    ...fact,
    charge: fact.charge && { ...fact.charge, fee: { balanceTransactionId, amount: BigInt(fee) } },
  });
  return recorded;
}

function settings() {
  return { STRIPE_SECRET_KEY: 'sk_test_ledger', STRIPE_API_URL: stripe.url };
}

describe('the books', () => {
  it('are well when they are empty', async () => {
    const { lines, allWell } = reportOf(await checkLedger(db), null);
    expect(allWell).toBe(true);
    expect(lines.join('\n')).toContain('not compared: STRIPE_SECRET_KEY is not set');
  });

  it('are well while orders hold money, once they are over and empty, and as long as a bank has not decided', async () => {
    await RecordedMoney.captured(db, await recordOrder(db, payerId), payeeId);

    const sent = await recordOrder(db, payerId);
    await RecordedMoney.released(db, sent, payeeId, PAID);
    await end(sent);

    // Its payee has no account yet.
    const blocked = await recordOrder(db, payerId, { currency: 'JPY' });
    await RecordedMoney.released(db, blocked, payeeId, NEW_PAYEE);
    await end(blocked);

    const returned = await recordOrder(db, payerId);
    const money = await RecordedMoney.released(db, returned, payeeId, PAID);
    await money.aim({ payee: 0n }, PAID);
    await money.refund(PAID);
    await money.reverse(PAID);
    await end(returned, 'cancelled');

    // The refund is still to come.
    const refunding = await recordOrder(db, payerId);
    await (await RecordedMoney.captured(db, refunding, payeeId)).aim({ payee: 0n });
    await end(refunding, 'cancelled');

    const frozen = await recordOrder(db, payerId);
    const disputed = await RecordedMoney.captured(db, frozen, payeeId);
    await disputed.chargeback('open');
    await end(frozen);

    const findings = await checkLedger(db);
    expect(findings).toMatchObject({
      payments: 6,
      endedOrders: 5,
      unbalanced: [],
      escrowLeft: [],
      disagreements: [],
      receivables: [],
    });
    expect(findings.balances).toContainEqual({ account: 'payable', currency: 'JPY', balance: -2_125n });
    expect(findings.balances).toContainEqual({ account: 'escrow', currency: 'USD', balance: -7_500n });
    const { lines, allWell } = reportOf(findings, null);
    expect(allWell).toBe(true);
    expect(lines.find((line) => line.startsWith('  escrow'))).toMatch(/^ {2}escrow +0 +-75\.00$/);
  });

  it('are not when what would move the money of an order that is over waits for an admin', async () => {
    const order = await recordOrder(db, payerId);
    const recorded = await RecordedMoney.captured(db, order, payeeId);
    await recorded.aim({ payee: 0n });
    await end(order, 'cancelled');
    expect(await checkLedger(db)).toMatchObject({ escrowLeft: [], parkedSteps: [] });

    const step = recorded.step('refund');
    const parked = { ...step, state: 'parked', dueAt: null, version: step.version + 1 } as const;
    expect(await keepStep(db, step, parked)).toBe(true);
    // Whatever comes behind it, comes behind it.
    const behind = { ...step, id: `${step.paymentId}-s99`, position: 99 };
    await db.insert(paymentSteps).values({ ...behind, payeeId: null });
    const findings = await checkLedger(db);
    expect(findings.escrowLeft).toEqual([{ orderId: order.id, currency: 'USD', amount: 2_500n }]);
    expect(findings.parkedSteps).toEqual([{ orderId: order.id, stepId: step.id, kind: 'refund' }]);

    await db.delete(paymentSteps).where(eq(paymentSteps.id, behind.id));
    await keepStep(db, parked, { ...step, version: parked.version + 1 });
    expect(await checkLedger(db)).toMatchObject({ escrowLeft: [], parkedSteps: [] });
  });

  it('are well with a step that waits for an admin and keeps nothing in escrow, and say so', async () => {
    const order = await recordOrder(db, payerId);
    const recorded = await RecordedMoney.released(db, order, payeeId, NEW_PAYEE);
    await end(order);
    const step = recorded.step('transfer');
    const parked = { ...step, state: 'parked', version: step.version + 1 } as const;
    await keepStep(db, step, parked);
    const { lines, allWell } = reportOf(await checkLedger(db), null);
    expect(allWell).toBe(true);
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}! no step waits for an admin +1 parked$/));
    expect(lines).toContain(`      order ${order.id}: transfer, step ${step.id}`);
    await keepStep(db, parked, { ...step, version: parked.version + 1 });
  });

  it('are not when an order that is over holds money', async () => {
    const order = await recordOrder(db, payerId);
    await RecordedMoney.captured(db, order, payeeId);
    await end(order);
    const findings = await checkLedger(db);
    expect(findings.escrowLeft).toEqual([{ orderId: order.id, currency: 'USD', amount: 2_500n }]);
    const { lines, allWell } = reportOf(findings, null);
    expect(allWell).toBe(false);
    expect(lines).toContain(`      order ${order.id}: 25.00 USD`);
    await db.update(liveStreamOrders).set({ status: 'active' }).where(eq(liveStreamOrders.id, order.id));
    expect((await checkLedger(db)).escrowLeft).toEqual([]);
  });

  it.each([
    ['amountCaptured', 'captured', 2_499n, 2_500n],
    ['amountRefunded', 'refunded', 1n, 0n],
    ['amountLost', 'lost', 1n, 0n],
    ['amountHeld', 'held', 1n, 0n],
    ['amountTransferred', 'transferred', 2_124n, 2_125n],
    ['amountReversed', 'reversed', 1n, 0n],
    ['amountOwed', 'owed', 1n, 0n],
    ['amountReleased', 'released', 2_499n, 2_500n],
  ] as const)(
    'are not when a payment’s %s is not what was posted',
    async (column, figure, ofPayment, ofLedger) => {
      const order = await recordOrder(db, payerId);
      const { money } = await RecordedMoney.released(db, order, payeeId, PAID);
      const set = (figures: Partial<Payment>) =>
        db.update(payments).set(figures).where(eq(payments.id, money.payment.id));
      // What was released leaves no room for other figures.
      await set({ amountReleased: 0n, [column]: ofPayment });
      const { disagreements } = await checkLedger(db);
      expect(disagreements.filter((found) => found.figure === figure)).toEqual([
        { orderId: order.id, figure, currency: 'USD', ofPayment, ofLedger },
      ]);
      expect(disagreements.every((found) => [figure, 'released'].includes(found.figure))).toBe(true);
      await set({ [column]: ofLedger, amountReleased: 2_500n });
      expect((await checkLedger(db)).disagreements).toEqual([]);
    },
  );

  it('are not when what banks have and nobody has decided on is not in suspense', async () => {
    const order = await recordOrder(db, payerId);
    const recorded = await RecordedMoney.captured(db, order, payeeId);
    await recorded.chargeback('open');
    const { id, chargebacks } = recorded.money.payment;
    expect((await checkLedger(db)).disagreements).toEqual([]);
    const set = (changes: Partial<ChargebackRecord>) =>
      db
        .update(payments)
        .set({ chargebacks: chargebacks.map((known) => ({ ...known, ...changes })) })
        .where(eq(payments.id, id));
    await set({ taken: 0n });
    expect((await checkLedger(db)).disagreements).toEqual([
      { orderId: order.id, figure: 'disputed', currency: 'USD', ofPayment: 0n, ofLedger: 2_500n },
    ]);
    await set({});
    await recorded.chargeback('lost');
    expect((await checkLedger(db)).disagreements).toEqual([]);
  });

  it('say what was released also when some of it went back, or to a bank', async () => {
    const returned = await RecordedMoney.released(db, await recordOrder(db, payerId), payeeId, PAID);
    await returned.aim({ payee: 1_000n }, PAID);
    await returned.refund(PAID);
    expect(returned.money.payment.amountReleased).toBe(1_000n);
    const lost = await RecordedMoney.released(db, await recordOrder(db, payerId), payeeId, PAID);
    await lost.chargeback('lost', PAID);
    expect(lost.money.payment.amountReleased).toBe(0n);
    expect((await checkLedger(db)).disagreements).toEqual([]);
  });

  it('are not when what is payable waits for no transfer', async () => {
    const order = await recordOrder(db, payerId);
    const recorded = await RecordedMoney.released(db, order, payeeId, NEW_PAYEE);
    const step = recorded.step('transfer');
    const ended = { ...step, state: 'failed', version: step.version + 1 } as const;
    expect(await keepStep(db, step, ended)).toBe(true);
    expect((await checkLedger(db)).disagreements).toEqual([
      { orderId: order.id, figure: 'to be transferred', currency: 'USD', ofPayment: 0n, ofLedger: 2_125n },
    ]);
    await keepStep(db, ended, { ...step, version: ended.version + 1 });
    expect((await checkLedger(db)).disagreements).toEqual([]);
  });

  it('are not when a payee owes something else', async () => {
    await db.insert(payeeReceivables).values({ payeeId, currency: 'EUR', amount: 5n });
    const { receivables } = await checkLedger(db);
    expect(receivables).toEqual([{ payeeId, currency: 'EUR', ofRecord: 5n, ofLedger: 0n }]);
    await db.delete(payeeReceivables);
  });
});

describe('the comparison with Stripe', () => {
  it('differs by nothing that was charged there and recorded here', async () => {
    const before = await compareWithStripe(db, stripeClient(settings()), 0);
    const of = (compared: typeof before) => {
      const found = compared.balances.find(({ currency }) => currency === 'USD');
      if (!found) throw new Error('there is USD');
      return found.ofLedger - found.ofStripe;
    };
    // What was recorded until now never was at Stripe.
    expect(of(before)).toBeGreaterThan(0n);
    await capturedAtStripe();
    expect(of(await compareWithStripe(db, stripeClient(settings()), 0))).toBe(of(before));
  });
});

it('what moved at Stripe and is no payment’s is named when the balances differ', async () => {
  const movement = { type: 'stripe_fee', reporting_category: 'fee', currency: 'usd' };
  for (const amount of [-200, -150]) {
    const body = JSON.stringify({ ...movement, amount });
    const moved = await fetch(`${stripe.url}/_sim/balance`, { method: 'POST', body });
    expect(moved.status).toBe(200);
  }
  const { unposted } = await compareWithStripe(db, stripeClient(settings()), 0);
  const latest = { id: expect.stringMatching(/^txn_/), at: expect.any(Date) };
  expect(unposted).toEqual({
    movements: [{ type: 'stripe_fee', category: 'fee', currency: 'USD', net: -350n, count: 2, latest }],
    lookedAt: expect.any(Number),
    wereMore: false,
  });
  const { output } = await run(settings());
  expect(output).toMatch(
    /not posted by us: stripe_fee \(fee\), 2 of them, -3\.50 USD in all, the latest txn_/,
  );
});

describe('npm run ledger:check', () => {
  it('passes when all is well', async () => {
    const { code, output } = await run(null);
    expect(output).toContain('✓ every transaction sums to zero');
    expect(output).toContain('not compared');
    expect(code).toBe(0);
  });

  it('fails when Stripe holds something else', async () => {
    const { code, output } = await run(settings());
    expect(output).toContain('✗ Stripe holds what the ledger says');
    expect(output).toMatch(/Stripe has [\d.]+ USD, the ledger [\d.]+ USD/);
    expect(code).toBe(1);
  });

  it('fails when what the triggers forbid happened all the same', async () => {
    const id = uuidv7();
    await db.batch([
      db.execute(sql`alter table ledger_transactions disable trigger ledger_balanced`),
      db
        .insert(ledgerTransactions)
        .values({ id, cause: `stripe:${id}`, kind: 'fee', currency: 'USD', at: RECORDED_AT }),
      db.execute(sql`alter table ledger_transactions enable trigger ledger_balanced`),
      db.execute(sql`alter table ledger_entries disable trigger ledger_balanced`),
      db.execute(sql`insert into ledger_entries values (${id}, 0, 'stripe', null, 5, 'USD')`),
      db.execute(sql`alter table ledger_entries enable trigger ledger_balanced`),
    ]);
    expect((await checkLedger(db)).unbalanced).toEqual([
      { cause: `stripe:${id}`, currency: 'USD', total: 5n },
    ]);
    const { code, output } = await run(null);
    expect(output).toContain(`stripe:${id}: 0.05 USD`);
    expect(output).toContain('0.05 USD together');
    expect(code).toBe(1);
  });
});
