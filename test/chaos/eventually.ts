import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until something is so.
 * @returns how long it took, in milliseconds
 * @throws Error when it is not so for `withinMs`
 */
export async function eventually(
  what: string,
  withinMs: number,
  isSo: () => Promise<boolean>,
): Promise<number> {
  const start = performance.now();
  while (!(await isSo())) {
    if (performance.now() - start > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(50);
  }
  return performance.now() - start;
}
