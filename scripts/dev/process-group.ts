import { readdirSync, readFileSync } from 'node:fs';
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
 * Whether a process of this group still runs. The dead whom nobody has collected yet do not count: in a container
 * whose first process is no init they stay for ever.
 */
export function isGroupAlive(group: number): boolean {
  return signalGroup(group, 0) && (process.platform !== 'linux' || runningGroups().has(group));
}

/**
 * Ends whole process groups: SIGTERM, and SIGKILL to what is left after `graceMs` (workerd waits for ever while
 * sockets are open). Resolves when all are gone.
 */
export async function stopGroups(groups: readonly number[], graceMs: number): Promise<void> {
  for (const group of groups) signalGroup(group, 'SIGTERM');
  const left = await waitForEnd(groups, graceMs);
  for (const group of left) signalGroup(group, 'SIGKILL');
  await waitForEnd(left, 5_000);
}

/** @returns those that are still there after `atMostMs` */
async function waitForEnd(groups: readonly number[], atMostMs: number): Promise<number[]> {
  const end = performance.now() + atMostMs;
  for (;;) {
    const left = groups.filter(isGroupAlive);
    if (left.length === 0 || performance.now() > end) return left;
    await sleep(LOOK_EVERY_MS);
  }
}

/** The groups of all processes that are not dead, from Linux' `/proc/<pid>/stat`: `pid (name) state parent group …`. */
function runningGroups(): Set<number> {
  const groups = new Set<number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const [state, , group] = statOf(entry);
    if (state !== 'Z' && state !== 'X') groups.add(Number(group));
  }
  return groups;
}

/** A name may hold spaces and brackets, so what follows counts from its last one. */
function statOf(pid: string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return []; // Gone meanwhile.
  }
}
