/** What moved of an order's money, in minor units. */
export type Moved = {
  readonly captured: number;
  readonly gross: number;
  readonly platformFee: number;
  readonly processingFee: number;
  readonly net: number;
  readonly transferred: number;
};

/** A line of a transaction; debit is positive. */
export type Line = { readonly event: string; readonly account: string; readonly amount: number };

/** The lines of a capture, a release and a transfer, as the platform's books have them. What did not happen has none. */
export function linesOf({ captured, gross, platformFee, processingFee, net, transferred }: Moved): Line[] {
  const lines = (event: string, amounts: Readonly<Record<string, number>>) =>
    Object.entries(amounts).map(([account, amount]) => ({ event, account, amount }));
  return [
    ...lines('capture', { stripe: captured, escrow: -captured }),
    ...lines('release', {
      escrow: gross,
      payable: -net,
      platform_revenue: -platformFee,
      processing_revenue: -processingFee,
    }),
    ...lines('transfer', { payable: transferred, stripe: -transferred }),
  ].filter(({ amount }) => amount !== 0);
}

/** What all lines leave on each account. */
export function balancesOf(lines: readonly Line[]): ReadonlyMap<string, number> {
  const balances = new Map<string, number>();
  for (const { account, amount } of lines) balances.set(account, (balances.get(account) ?? 0) + amount);
  return balances;
}

/** The events whose lines do not sum to zero: none, if the books are right. */
export function unbalanced(lines: readonly Line[]): string[] {
  const sums = new Map<string, number>();
  for (const { event, amount } of lines) sums.set(event, (sums.get(event) ?? 0) + amount);
  return [...sums].filter(([, sum]) => sum !== 0).map(([event]) => event);
}
