import type { MoneyDraft } from './money-draft.ts';

/** Where money that leaves us came from: escrow, what the payer was owed, what was released; the rest is nobody's. */
export type Taken = { held: bigint; owed: bigint; released: bigint; rest: bigint };

/** Takes an amount out of escrow as far as that holds it, then out of what the payer is owed, then out of what was released. */
export function take(draft: MoneyDraft, amount: bigint): Taken {
  const { amountHeld, amountOwed, amountReleased } = draft.payment;
  let rest = amount;
  const from = (source: bigint) => {
    const taken = source < rest ? source : rest;
    rest -= taken;
    return taken;
  };
  const held = from(amountHeld);
  const owed = from(amountOwed);
  const released = from(amountReleased);
  draft.pay({
    amountHeld: amountHeld - held,
    amountOwed: amountOwed - owed,
    amountReleased: amountReleased - released,
  });
  return { held, owed, released, rest };
}
