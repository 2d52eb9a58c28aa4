import { setTimeout as sleep } from 'node:timers/promises';

/** What `look` gives once it is neither false nor nullish. @throws Error when it is not within `withinMs` */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  withinMs = 15_000,
): Promise<Exclude<T, false | null | undefined>> {
  const end = performance.now() + withinMs;
  for (;;) {
    const value = await look();
    // What is not among these is what T is without them.
    if (value !== false && value !== null && value !== undefined)
      return value as Exclude<T, false | null | undefined>;
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(20);
  }
}
