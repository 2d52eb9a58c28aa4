import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CURRENCIES } from '../money/currencies.ts';
import { feesOf, roundedDown } from './fees.ts';
import * as ledger from './ledger.ts';

const amount = fc.bigInt({ min: 0n, max: 99_999_999n });
const currency = fc.constantFrom(...Object.keys(CURRENCIES));
/** An amount cut into parts, some of them empty. */
const parts = (count: number) => fc.array(amount, { minLength: count, maxLength: count });

function sum(amounts: bigint[]): bigint {
  return amounts.reduce((total, part) => total + part, 0n);
}

/** Each function of the ledger, with whatever it may be given. */
const posting: fc.Arbitrary<ledger.LedgerPosting> = fc.oneof(
  fc.tuple(currency, amount).map(([code, any]) => ledger.captured('ch', code, any)),
  fc.tuple(currency, amount).map(([code, any]) => ledger.feeTaken('txn', code, any)),
  fc.tuple(currency, amount).map(([code, any]) => {
    const split = {
      paymentId: 'p',
      payeeId: 'paul',
      currency: code,
      ...feesOf(roundedDown(any, code), code),
    };
    return ledger.released({ ...split, createdAt: new Date(0), updatedAt: new Date(0) });
  }),
  fc.tuple(currency, amount).map(([code, any]) => ledger.netted('p', 'netting', 'paul', code, any)),
  fc.tuple(currency, amount).map(([code, any]) => ledger.transferred('tr', 'paul', code, any)),
  fc.tuple(currency, amount).map(([code, any]) => ledger.reversed('trr', 'paul', code, any)),
  fc.tuple(currency, parts(3), parts(3), fc.boolean()).map(([code, free, shares, withPayee]) => {
    const [held = 0n, owed = 0n, loss = 0n] = free;
    const [net = 0n, platformFee = 0n, processingFee = 0n] = shares;
    const payee = withPayee ? { payeeId: 'paul', net, platformFee, processingFee } : null;
    const whole = sum(free) + (withPayee ? sum(shares) : 0n);
    return ledger.refunded('re', code, whole, 'mara', { held, owed, payee, loss });
  }),
  fc
    .tuple(currency, amount, amount)
    .map(([code, owed, loss]) => ledger.refundFailed('re', 'mara', code, { owed, loss })),
  fc.tuple(currency, amount).map(([code, any]) => ledger.refundOwed('s', 'mara', code, any)),
  fc
    .tuple(currency, fc.bigInt({ min: -99_999_999n, max: 99_999_999n }), amount)
    .map(([code, any, fee]) => ledger.bankMoved({ balanceTransactionId: 'txn', amount: any, fee }, code)),
  fc.tuple(currency, parts(4)).map(([code, all]) => {
    const [held = 0n, owed = 0n, receivable = 0n, loss = 0n] = all;
    const parties = { payerId: 'mara', payeeId: 'paul' };
    return ledger.chargebackLost({ id: 'dp', posted: ['txn'] }, code, sum(all), parties, {
      held,
      owed,
      receivable,
      loss,
    });
  }),
  fc
    .tuple(currency, amount)
    .map(([code, any]) => ledger.chargebackRecovered({ id: 'dp', posted: [] }, code, any)),
  fc
    .tuple(currency, fc.bigInt({ min: -99_999_999n, max: 99_999_999n }))
    .map(([code, any]) => ledger.paidOut('po', code, any)),
);

it('every posting sums to zero, and has no entry that moves nothing', () => {
  fc.assert(
    fc.property(posting, ({ entries }) => {
      expect(sum(entries.map(({ amount }) => amount))).toBe(0n);
      for (const entry of entries) expect(entry.amount).not.toBe(0n);
    }),
    { numRuns: 3_000 },
  );
});

it('what is owed by or to somebody says by or to whom', () => {
  fc.assert(
    fc.property(posting, ({ entries }) => {
      for (const { account, partyId } of entries) {
        const personal = account === 'payable' || account === 'receivable' || account === 'refund_due';
        expect(partyId !== null, account).toBe(personal);
      }
    }),
    { numRuns: 3_000 },
  );
});

it('the two sides of what Stripe takes back and gives again are causes of their own', () => {
  const causes = [
    ledger.captured('ch', 'USD', 1n),
    ledger.refunded('re', 'USD', 1n, 'mara', { held: 1n, owed: 0n, payee: null, loss: 0n }),
    ledger.refundFailed('re', 'mara', 'USD', { owed: 1n, loss: 0n }),
    ledger.paidOut('po', 'USD', 1n),
    ledger.paidOut('po', 'USD', -1n),
    ledger.chargebackRecovered({ id: 'dp', posted: ['txn'] }, 'USD', 1n),
    ledger.chargebackLost(
      { id: 'dp', posted: ['txn'] },
      'USD',
      1n,
      { payerId: 'mara', payeeId: null },
      { held: 1n, owed: 0n, receivable: 0n, loss: 0n },
    ),
  ].map(({ cause }) => cause);
  expect(new Set(causes).size).toBe(causes.length);
});
