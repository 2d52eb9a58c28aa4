import { describe, expect, test } from 'vitest';
import { openBench, startOfTest } from '#simulators/stripe/bench.ts';
import { createAccount, createAccountLink, listPayouts, readAccount } from './accounts.ts';
import { cardOf, detachCard, listCards, saveCard } from './cards.ts';
import { createCustomer } from './customers.ts';
import { StripeRefusal, StripeUnavailable } from './failures.ts';
import { madeBy, openScene } from './scene.ts';

const user = { environment: 'test', userId: 'user-1' };
let keys = 0;
const newKey = () => `key-${keys++}`;

describe('customers', () => {
  test('somebody is one customer, however often they are made', async () => {
    const { sdk, simulator } = openBench();
    const id = await createCustomer(sdk, user);
    expect(await createCustomer(sdk, user)).toBe(id);
    expect(await createCustomer(sdk, { ...user, userId: 'user-2' })).not.toBe(id);
    expect(await createCustomer(sdk, { ...user, environment: 'production' })).not.toBe(id);
    expect(simulator.world.state.customers.get(id)).toMatchObject({
      metadata: { user_id: 'user-1' },
      email: null,
    });
  });
});

describe('cards', () => {
  async function open() {
    const bench = openBench();
    const customerId = await createCustomer(bench.sdk, user);
    const save = (paymentMethodId: string | null, idempotencyKey = newKey()) =>
      saveCard(bench.sdk, { customerId, paymentMethodId, idempotencyKey });
    async function saved(paymentMethodId: string) {
      const saving = await save(paymentMethodId);
      if (saving.state !== 'saved') throw new Error(saving.state);
      return saving.card;
    }
    return { ...bench, customerId, save, saved };
  }

  test('a card that the bank lets be saved is saved at once, and listed', async () => {
    const { sdk, customerId, saved } = await open();
    const visa = await saved('pm_card_visa');
    const amex = await saved('pm_card_amex');
    expect(visa).toEqual({
      id: expect.stringMatching(/^pm_/),
      brand: 'visa',
      last4: '4242',
      expMonth: 12,
      expYear: 2029,
      createdAt: new Date(startOfTest * 1000),
    });
    expect(await listCards(sdk, customerId)).toEqual([amex, visa]);
    expect(await cardOf(sdk, customerId, visa.id)).toEqual(visa);
  });

  test('without a card the browser gets a secret to take one with', async () => {
    const { save, sdk } = await open();
    const saving = await save(null);
    expect(saving).toMatchObject({
      state: 'awaits_method',
      clientSecret: expect.stringMatching(/^seti_.*_secret_/),
    });
    if (saving.state !== 'awaits_method') return;
    expect((await sdk.setupIntents.retrieve(saving.setupIntentId)).usage).toBe('off_session');
  });

  test('a bank that asks gets its answer from the browser; then the card is saved', async () => {
    const { save, sdk, simulator, customerId } = await open();
    const saving = await save('pm_card_authenticationRequired');
    if (saving.state !== 'awaits_payer') throw new Error(saving.state);
    expect(await listCards(sdk, customerId)).toEqual([]);
    simulator.controls.authenticate(saving.setupIntentId, true);
    expect(await listCards(sdk, customerId)).toMatchObject([{ last4: '3184' }]);
  });

  test('a declined card says why', async () => {
    const { save } = await open();
    expect(await save('pm_card_visa_chargeDeclinedInsufficientFunds')).toMatchObject({
      state: 'declined',
      error: { code: 'card_declined', declineCode: 'insufficient_funds' },
    });
  });

  test("what does not exist, is somebody else's or was forgotten cannot be saved", async () => {
    const { save, saved, sdk, customerId } = await open();
    const { id } = await saved('pm_card_visa');
    const stranger = await createCustomer(sdk, { ...user, userId: 'user-2' });
    const asStranger = { customerId: stranger, paymentMethodId: id, idempotencyKey: newKey() };
    expect(await saveCard(sdk, asStranger)).toEqual({ state: 'unusable' });
    expect(await save('pm_none')).toEqual({ state: 'unusable' });
    await detachCard(sdk, customerId, id);
    expect(await save(id)).toEqual({ state: 'unusable' });
  });

  test('a customer who is gone is no fault of the card', async () => {
    const { sdk, customerId, save } = await open();
    await sdk.customers.del(customerId);
    await expect(save('pm_card_visa')).rejects.toMatchObject({ name: 'StripeRefusal', param: 'customer' });
    await expect(save(null)).rejects.toThrow(StripeRefusal);
  });

  test('the same request twice is one', async () => {
    const { save, simulator } = await open();
    const first = await save('pm_card_visa', 'same');
    expect(await save('pm_card_visa', 'same')).toEqual(first);
    expect(simulator.world.state.setupIntents.size).toBe(1);
  });

  test("a card is its owner's alone", async () => {
    const { sdk, customerId, saved } = await open();
    const { id } = await saved('pm_card_visa');
    const stranger = await createCustomer(sdk, { ...user, userId: 'user-2' });
    expect(await cardOf(sdk, stranger, id)).toBeNull();
    expect(await detachCard(sdk, stranger, id)).toBe(false);
    expect(await cardOf(sdk, customerId, id)).not.toBeNull();
    expect(await detachCard(sdk, customerId, id)).toBe(true);
    expect(await detachCard(sdk, customerId, id)).toBe(false);
    expect(await listCards(sdk, customerId)).toEqual([]);
  });

  test.each(['', '..', '../../customers', 'pm_card_visa', 'pm_none?expand[]=customer'])(
    'an id that is none leads nowhere: "%s"',
    async (id) => {
      const { sdk, customerId, simulator } = await open();
      await saveCard(sdk, { customerId, paymentMethodId: 'pm_card_visa', idempotencyKey: newKey() });
      expect(await cardOf(sdk, customerId, id)).toBeNull();
      expect(await detachCard(sdk, customerId, id)).toBe(false);
      expect(await listCards(sdk, customerId)).toHaveLength(1);
      // A request for such an id need not be one that the SDK's types know.
      simulator.takeViolations();
    },
  );

  test('nothing is said of a card while Stripe cannot be asked', async () => {
    const { sdk, customerId, save, simulator } = await open();
    for (const kind of ['rate_limited', 'fail_before', 'time_out_before'] as const) {
      const strike = () => simulator.controls.addFault({ kind, times: 1 });
      strike();
      await expect(cardOf(sdk, customerId, 'pm_none')).rejects.toThrow(StripeUnavailable);
      strike();
      await expect(detachCard(sdk, customerId, 'pm_none')).rejects.toThrow(StripeUnavailable);
      strike();
      await expect(save('pm_card_visa')).rejects.toThrow(StripeUnavailable);
      strike();
      await expect(listCards(sdk, customerId)).rejects.toThrow(StripeUnavailable);
    }
  });
});

describe('connected accounts', () => {
  test('somebody has one, asks its questions by a link, and can be paid when they are answered', async () => {
    const { sdk, simulator } = openBench();
    const id = await createAccount(sdk, user);
    expect(await createAccount(sdk, user)).toBe(id);
    expect(await readAccount(sdk, id)).toMatchObject({
      detailsSubmitted: false,
      transfersActive: false,
      payoutsEnabled: false,
      requirementsDue: expect.arrayContaining(['external_account']),
      disabledReason: 'requirements.past_due',
    });

    const link = await createAccountLink(sdk, id, {
      returnUrl: 'https://app.example/back',
      refreshUrl: 'https://app.example/again',
    });
    expect(link.url).toMatch(/\/onboarding\//);
    expect(link.expiresAt.getTime()).toBeGreaterThan(startOfTest * 1000);

    simulator.controls.finishOnboarding(id);
    expect(await readAccount(sdk, id)).toEqual({
      detailsSubmitted: true,
      transfersActive: true,
      payoutsEnabled: true,
      requirementsDue: [],
      disabledReason: null,
    });
    simulator.controls.requireMore(id, ['individual.verification.document'], true);
    expect(await readAccount(sdk, id)).toMatchObject({
      detailsSubmitted: true,
      transfersActive: false,
      requirementsDue: ['individual.verification.document'],
    });
  });

  test('one that does not exist is refused', async () => {
    const { sdk } = openBench();
    await expect(readAccount(sdk, 'acct_none')).rejects.toThrow(StripeRefusal);
  });

  test('what was sent on to the bank is listed with what became of it', async () => {
    const { sdk, simulator } = openBench();
    const { captured, transfer, call } = await openScene(sdk, new Date(startOfTest * 1000));
    const account = await createAccount(sdk, { ...user, userId: 'user-2' });
    simulator.controls.finishOnboarding(account);
    const { chargeId } = await captured({ paymentMethodId: 'pm_card_bypassPending' });
    madeBy(await call(transfer(chargeId, account)));
    expect(await listPayouts(sdk, account, 10)).toEqual([]);

    const first = await sdk.payouts.create({ amount: 10_00, currency: 'usd' }, { stripeAccount: account });
    simulator.controls.failPayout(first.id);
    const second = await sdk.payouts.create({ amount: 9_00, currency: 'usd' }, { stripeAccount: account });
    expect(await listPayouts(sdk, account, 10)).toMatchObject([
      { id: second.id, amount: 9_00n, currency: 'USD', status: 'in_transit', failureCode: null },
      { id: first.id, amount: 10_00n, status: 'failed', failureCode: 'account_closed' },
    ]);
    simulator.advance(3 * 24 * 60 * 60);
    expect((await listPayouts(sdk, account, 10)).at(-2)).toMatchObject({ id: second.id, status: 'paid' });
  });
});
