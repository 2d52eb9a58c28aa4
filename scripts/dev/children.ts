import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Checkout } from './checkout.ts';
import { isGroupAlive, signalGroup, stopGroups } from './process-group.ts';

const GRACE_MS = 4_000;
const TAIL_LINES = 30;

/** A part of the running system: a process group, led by one program. */
export type Child = {
  readonly name: string;
  /** How it ended: an exit code or a signal. */
  readonly exited: Promise<number | string>;
  /** Where all that it says is kept. */
  readonly logFile: string;
  /** Its last lines. */
  tail(): string[];
  /** Calls `listener` with every line from now on. */
  onLine(listener: (line: string) => void): void;
};

/** A part that the system cannot do without has ended by itself. */
export class ChildEndedError extends Error {
  override readonly name = 'ChildEndedError';
  readonly child: Child;
  constructor(child: Child, outcome: number | string) {
    super(`The ${child.name} ended unexpectedly (${outcome}).`);
    this.child = child;
  }
}

type Program = {
  /** For Node: a script and its arguments. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the system ends when this does. */
  readonly essential: boolean;
};

/** Starts programs in process groups of their own, keeps what they say, and ends them all together. */
export class Children {
  readonly #checkout: Pick<Checkout, 'watch' | 'unwatch'>;
  readonly #root: string;
  readonly #logFolder: string;
  readonly #show: (name: string, line: string) => void;
  readonly #groups = new Set<number>();
  readonly #started = new Set<string>();
  #stopping = false;
  #fail: (error: ChildEndedError) => void = () => {};
  /** Rejects with {@link ChildEndedError} once an essential child has ended without being asked to. */
  readonly failure: Promise<never>;

  /** @param show is given every line of every child */
  constructor(
    checkout: Pick<Checkout, 'watch' | 'unwatch'>,
    folders: { root: string; logs: string },
    show: (name: string, line: string) => void,
  ) {
    this.#checkout = checkout;
    this.#root = folders.root;
    this.#logFolder = folders.logs;
    this.#show = show;
    this.failure = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failure.catch(() => {}); // Nobody may be listening yet, or any more.
  }

  /** Whether the stop has begun: what ends now was asked to. */
  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Starts Node with `program.args` from the checkout's root. Nothing is started any more once the stop has begun. */
  start(name: string, program: Program): Child {
    if (this.#stopping) throw new Error(`the ${name} is not started: everything is being stopped`);
    mkdirSync(this.#logFolder, { recursive: true });
    const logFile = join(this.#logFolder, `${name.replaceAll(' ', '-')}.log`);
    // What is started again goes on where it left off.
    const log = createWriteStream(logFile, { flags: this.#started.has(name) ? 'a' : 'w' });
    this.#started.add(name);
    const child = spawn(process.execPath, program.args, {
      cwd: this.#root,
      detached: true,
      env: { ...process.env, NO_COLOR: '1', ...program.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid } = child;
    if (pid === undefined) throw new Error(`the ${name} could not be started`);
    this.#groups.add(pid);
    this.#checkout.watch(pid);

    const lines: string[] = [];
    const listeners: ((line: string) => void)[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        lines.push(line);
        if (lines.length > TAIL_LINES) lines.shift();
        this.#show(name, line);
        for (const listener of listeners) listener(line);
      });
    }

    // 'close' follows 'exit' once all that was said has been read, so a tail is whole.
    const exited = Promise.race([once(child, 'close'), once(child, 'exit').then(briefly)]).then(() => {
      log.end();
      return child.exitCode ?? child.signalCode ?? 'gone';
    });
    const part: Child = {
      name,
      exited,
      logFile,
      tail: () => [...lines],
      onLine: (listener) => listeners.push(listener),
    };
    exited.then((outcome) => {
      if (!isGroupAlive(pid)) this.#forget(pid);
      if (this.#stopping || (outcome === 0 && !program.essential)) return;
      if (program.essential) this.#fail(new ChildEndedError(part, outcome));
      else this.#show(name, JSON.stringify({ level: 'warn', event: 'ended', outcome }));
    });
    return part;
  }

  /** Ends every group, gently first. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await stopGroups([...this.#groups], GRACE_MS);
    for (const group of [...this.#groups]) this.#forget(group);
  }

  /** Ends every group at once. */
  kill(): void {
    this.#stopping = true;
    for (const group of this.#groups) signalGroup(group, 'SIGKILL');
  }

  #forget(group: number): void {
    this.#groups.delete(group);
    this.#checkout.unwatch(group);
  }
}

/** A grandchild may keep a pipe open for long after its parent is gone. */
function briefly(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 200).unref());
}
