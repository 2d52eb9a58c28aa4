import { once } from 'node:events';
import { cpuSeconds, residentBytes } from '../../measure/process-tree.ts';
import { type Forked, startForked } from '../../stack/forked.ts';

/** What a forwarder says first: where it takes the video. After that it says so much when all viewers are there. */
export type ForwarderReady = { readonly port: number };
/** What it is told: to forward to these ports, and no others, one for each viewer. */
export type Viewers = { readonly ports: readonly number[] };

/** A program that takes one stream and sends it to many, in a process of its own. */
export class Forwarder {
  readonly #forked: Forked<ForwarderReady>;

  static async start(
    program: URL,
    env: Record<string, string>,
    cleanup: AsyncDisposableStack,
  ): Promise<Forwarder> {
    const forked = await startForked<ForwarderReady>(program, env);
    cleanup.defer(() => forked.kill());
    return new Forwarder(forked);
  }

  private constructor(forked: Forked<ForwarderReady>) {
    this.#forked = forked;
  }

  get port(): number {
    return this.#forked.ready.port;
  }

  async serve(viewers: Viewers): Promise<void> {
    const served = once(this.#forked.process, 'message');
    this.#forked.process.send(viewers);
    await served;
  }

  get cpuSeconds(): number {
    return cpuSeconds(this.#forked.pid);
  }

  get residentBytes(): number {
    return residentBytes(this.#forked.pid);
  }
}
