import { createInterface } from 'node:readline';
import { FolderLockedError, lockFolder } from '#db/gateway/folder-lock.ts';
import { stopGroups } from './process-group.ts';

/**
 * The process that outlives `npm run dev` by a moment. It holds the checkout's lock, and a list of the process groups
 * that were started; when its standard input ends, however the other side died, it stops what is still on the list and
 * only then lets go of the lock. So a start that was killed leaves nothing behind and nothing half-held.
 *
 *     guard.ts <name of the lock>     stdin: `+<group>` or `-<group>` a line     stdout: `held`, or `busy` and exit 3
 */
const GRACE_MS = 4_000;

const [, , lock] = process.argv;
if (!lock) throw new Error('guard.ts <name of the lock>');

// Its own group keeps a terminal's Ctrl-C away; other signals go by the death of its parent, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

const unlock = await lockFolder(lock).catch((error: unknown) => {
  if (!(error instanceof FolderLockedError)) throw error;
  console.log('busy');
  process.exit(3);
});
console.log('held');

const groups = new Set<number>();
for await (const line of createInterface({ input: process.stdin })) {
  const group = Number(line.slice(1));
  if (line.startsWith('+')) groups.add(group);
  else groups.delete(group);
}
await stopGroups([...groups], GRACE_MS);
unlock();
