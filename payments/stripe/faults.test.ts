import { describe, expect, test } from 'vitest';
import type { PaymentStep, StepKind } from '#domain/payments/payment.ts';
import type { CallOutcome } from '#domain/payments/stripe-facts.ts';
import { openBench, startOfTest } from '#simulators/stripe/bench.ts';
import { type FaultKind, faultKinds } from '#simulators/stripe/control/faults.ts';
import { createAccount } from './accounts.ts';
import { madeBy, openScene } from './scene.ts';

const now = new Date(startOfTest * 1000);

async function open() {
  const bench = openBench();
  const scene = await openScene(bench.sdk, now);
  const { simulator } = bench;
  async function transferred() {
    const accountId = await createAccount(bench.sdk, { environment: 'test', userId: 'user-2' });
    simulator.controls.finishOnboarding(accountId);
    const { chargeId } = await scene.captured();
    return { accountId, chargeId };
  }
  return { ...bench, ...scene, transferred };
}

type Scene = Awaited<ReturnType<typeof open>>;

/** A step of each kind that is about to be called, and how often it has been carried out. */
const kinds: { kind: StepKind; of: string; prepare: (scene: Scene) => Promise<Prepared> }[] = [
  {
    kind: 'authorize',
    of: 'a card',
    async prepare({ authorize, simulator }) {
      return { step: authorize(), done: () => simulator.world.state.paymentIntents.size };
    },
  },
  {
    kind: 'setup',
    of: 'a card',
    async prepare({ setup, simulator }) {
      return { step: setup(), done: () => simulator.world.state.setupIntents.size };
    },
  },
  {
    kind: 'capture',
    of: 'a hold',
    async prepare({ capture, authorized, eventTypes }) {
      const step = capture(await authorized());
      return { step, done: () => eventTypes().filter((type) => type === 'charge.captured').length };
    },
  },
  {
    kind: 'void',
    of: 'a hold',
    async prepare({ voiding, authorized, eventTypes }) {
      const step = voiding(await authorized());
      return { step, done: () => eventTypes().filter((type) => type === 'payment_intent.canceled').length };
    },
  },
  {
    kind: 'void',
    of: 'a setup',
    async prepare({ voiding, setup, call, eventTypes }) {
      const waiting = madeBy(await call(setup('pm_card_authenticationRequired')));
      const step = voiding(waiting.id, 'setup');
      return { step, done: () => eventTypes().filter((type) => type === 'setup_intent.canceled').length };
    },
  },
  {
    kind: 'refund',
    of: 'a payment',
    async prepare({ refund, captured, simulator }) {
      const { paymentIntentId } = await captured();
      return { step: refund(paymentIntentId), done: () => simulator.world.state.refunds.size };
    },
  },
  {
    kind: 'transfer',
    of: 'a payment',
    async prepare({ transfer, transferred, simulator }) {
      const { accountId, chargeId } = await transferred();
      return { step: transfer(chargeId, accountId), done: () => simulator.world.state.transfers.size };
    },
  },
  {
    kind: 'reversal',
    of: 'a transfer',
    async prepare({ transfer, reversal, call, transferred, simulator }) {
      const { accountId, chargeId } = await transferred();
      const { id } = madeBy(await call(transfer(chargeId, accountId)));
      return {
        step: reversal(id, accountId),
        done: () => simulator.world.state.transferReversals.size,
      };
    },
  },
];

type Prepared = { step: PaymentStep; done: () => number };

/** What a call that is struck comes to, whether it was carried out, and so what looking for it finds. */
const expected: Record<FaultKind, { outcome: CallOutcome; carriedOut: boolean }> = {
  fail_before: { outcome: { kind: 'unclear', answered: true }, carriedOut: false },
  fail_before_remembered: { outcome: { kind: 'unclear', answered: true }, carriedOut: false },
  fail_after: { outcome: { kind: 'unclear', answered: true }, carriedOut: true },
  cut_before: { outcome: { kind: 'unclear', answered: false }, carriedOut: false },
  cut_after: { outcome: { kind: 'unclear', answered: false }, carriedOut: true },
  time_out_before: { outcome: { kind: 'unclear', answered: false }, carriedOut: false },
  time_out_after: { outcome: { kind: 'unclear', answered: false }, carriedOut: true },
  arrive_late: { outcome: { kind: 'unclear', answered: false }, carriedOut: false },
  rate_limited: { outcome: { kind: 'deferred' }, carriedOut: false },
  conflict: { outcome: { kind: 'deferred' }, carriedOut: false },
};

describe.each(kinds)('$kind of $of', ({ prepare }) => {
  test.each(faultKinds)('%s: what became of it is found, and in the end it is done once', async (kind) => {
    const scene = await open();
    const { step, done } = await prepare(scene);
    const { call, find, simulator } = scene;
    simulator.controls.addFault({ kind, method: 'POST', times: 1, afterSeconds: 90 });
    const { outcome, carriedOut } = expected[kind];
    expect(await call(step)).toEqual(outcome);
    expect(done()).toBe(carriedOut ? 1 : 0);

    const found = await find(step);
    if (carriedOut) expect(madeBy(found)).toBeDefined();
    else expect(found).toEqual({ kind: 'absent' });

    // As the step's states have it: the same key after a deferral, another one after a call that is surely dead.
    if (kind === 'arrive_late') simulator.advance(90);
    else if (found.kind === 'absent') {
      const again = outcome.kind === 'deferred' ? step : { ...step, generation: 1 };
      const made = madeBy(await call(again));
      expect(madeBy(await find(again))).toEqual(made);
    }
    expect(madeBy(await find(step))).toBeDefined();
    expect(done()).toBe(1);
  });

  test.each([
    ['fail_before', { kind: 'unclear', answered: true }],
    ['time_out_before', { kind: 'unclear', answered: false }],
    ['rate_limited', { kind: 'deferred' }],
  ] as const)('that cannot be looked for (%s) is neither there nor absent', async (kind, outcome) => {
    const scene = await open();
    const { step } = await prepare(scene);
    scene.simulator.controls.addFault({ kind, method: 'GET', times: 1 });
    expect(await scene.find(step)).toEqual(outcome);
  });

  test('a 500 that the key remembers is replayed to the same generation', async () => {
    const scene = await open();
    const { step, done } = await prepare(scene);
    scene.simulator.controls.addFault({ kind: 'fail_before_remembered', method: 'POST', times: 1 });
    for (let times = 0; times < 2; times += 1) {
      expect(await scene.call(step)).toEqual({ kind: 'unclear', answered: true });
    }
    expect(done()).toBe(0);
  });
});

test('a hold is found among many others, and the twin that holds money counts', async () => {
  const { authorize, call, find, simulator } = await open();
  const step = authorize({ paymentMethodId: 'pm_card_visa' });
  const declined = authorize({ paymentMethodId: 'pm_card_chargeCustomerFail' });
  const twin = { ...declined, id: step.id, generation: 1 };
  const { id } = madeBy(await call(step));
  expect((await call(twin)).kind).toBe('refused');
  for (let others = 0; others < 110; others += 1) await call(authorize());
  expect(madeBy(await find(step))).toMatchObject({ id, status: 'authorized' });
  // Older than the step itself, it cannot be the step's.
  expect(await find({ ...step, createdAt: new Date(now.getTime() + 60 * 60_000) })).toEqual({
    kind: 'absent',
  });
  expect(simulator.world.state.paymentIntents.size).toBe(112);
});

test('a list that does not end says nothing', async () => {
  const { authorize, find, simulator } = await open();
  const { handle } = simulator;
  simulator.handle = async (request) => {
    const response = await handle(request);
    return { ...response, body: response.body.replace('"has_more":false', '"has_more":true') };
  };
  expect(await find(authorize())).toEqual({ kind: 'unclear', answered: false });
});

test.each([
  ['502 without an error in it', { status: 502, body: '{"message":"bad gateway"}' }],
  ['something that is not JSON', { status: 502, body: '<html>' }],
])('%s is no success, and nobody knows', async (_, answer) => {
  const { authorize, call, find, simulator } = await open();
  simulator.handle = async () => ({ headers: {}, ...answer });
  expect(await call(authorize())).toEqual({ kind: 'unclear', answered: false });
  expect(await find(authorize())).toEqual({ kind: 'unclear', answered: false });
});
