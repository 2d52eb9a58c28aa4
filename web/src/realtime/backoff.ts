const FIRST_MS = 500;
const LONGEST_MS = 20_000;

/**
 * How long to wait before try number `attempt` (from 0), in milliseconds: exponential, with half of it left to chance,
 * so that a thousand clients that were dropped together do not come back together.
 */
export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return ceiling / 2 + (random() * ceiling) / 2;
}
