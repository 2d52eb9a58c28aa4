import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;

/** Sends a signal to every process of a group. @returns whether there was one */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    // EPERM: the number belongs to someone else by now, so ours is gone.
    if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')) {
      return false;
    }
    throw error;
  }
}

/**
 * Ends whole process groups: SIGTERM, and SIGKILL to what is left after `graceMs` (workerd waits for ever while
 * sockets are open). Resolves when all are gone, or soon after the SIGKILL where an init does not collect its dead.
 */
export async function stopGroups(groups: readonly number[], graceMs: number): Promise<void> {
  const alive = () => groups.filter((group) => signalGroup(group, 0));
  for (const group of groups) signalGroup(group, 'SIGTERM');
  await waitUntil(() => alive().length === 0, graceMs);
  for (const group of alive()) signalGroup(group, 'SIGKILL');
  await waitUntil(() => alive().length === 0, 1_000);
}

async function waitUntil(done: () => boolean, atMostMs: number): Promise<void> {
  const end = performance.now() + atMostMs;
  while (!done() && performance.now() < end) await sleep(LOOK_EVERY_MS);
}
