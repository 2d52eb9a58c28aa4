import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A program of ours in a process of its own. */
export interface Forked<Ready> {
  readonly process: ChildProcess;
  readonly pid: number;
  /** The first message that it sent. */
  readonly ready: Ready;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

/**
 * Starts a program and waits for its first message, by which it says that it is ready. It must end by itself when it is
 * disconnected from this process.
 * @throws Error when it ends instead
 */
export async function startForked<Ready>(program: URL, env: Record<string, string>): Promise<Forked<Ready>> {
  // Without Node's own environment for child processes nothing but the arguments counts.
  const child = fork(program, { env: { ...process.env, ...env }, execArgv: [] });
  const [ready] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() =>
      Promise.reject(new Error(`${program.pathname} ended before it was ready`)),
    ),
  ]);
  if (child.pid === undefined) throw new Error('a process that sends messages has an id');
  return {
    process: child,
    pid: child.pid,
    ready,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
