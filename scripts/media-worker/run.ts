import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const TAIL_LINES = 20;

/** A program that failed, with the last that it said. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
  readonly tail: readonly string[];
  constructor(program: string, outcome: string, tail: readonly string[]) {
    super(`${program} ended with ${outcome}`);
    this.tail = tail;
  }
}

type Run = {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: (line: string) => void;
};

/**
 * Runs a program to its end. An abort ends it with SIGTERM.
 * @throws ProgramError unless it exits with 0
 */
export function run(
  program: string,
  args: readonly string[],
  { cwd, env, signal, onLine }: Run,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    const tail: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        tail.push(line);
        if (tail.length > TAIL_LINES) tail.shift();
        onLine?.(line);
      });
    }
    child.on('error', reject);
    child.on('close', (code, killedBy) => {
      if (code === 0) resolve();
      else reject(new ProgramError(program, String(killedBy ?? code), tail));
    });
  });
}
