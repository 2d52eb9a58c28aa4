import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Prepares a shell command that runs when the returned function is called, and at the latest when this process has
 * ended, however that happened: it waits in a process of its own, which Ctrl-C does not reach.
 * @param args are `$0`, `$1` … of the command
 */
export function atTheLatest(command: string, args: readonly string[]): () => Promise<void> {
  const waiting = spawn('sh', ['-c', `cat; ${command}`, ...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const done = once(waiting, 'exit');
  return async () => {
    waiting.stdin.end();
    await done;
  };
}
