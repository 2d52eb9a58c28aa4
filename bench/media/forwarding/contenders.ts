import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#scripts/free-port.ts';
import { Audience, type Reception } from './audience.ts';
import { Forwarder } from './forwarder.ts';
import { SyntheticVideo } from './synthetic-video.ts';

/** After a change of the viewers, until the next key frame has reached everybody. */
const SETTLE_MS = 1_500;

/** `cpuSeconds`: what `packets` took. */
export type Watched = Reception & { cpuSeconds: number };

/** A forwarder with its video and its audience. Between measurements nobody watches, and it costs nothing. */
export class Contender {
  readonly #forwarder: Forwarder;
  readonly #audience: Audience;
  readonly #video: SyntheticVideo;

  /** An origin whose room lives on so many media workers. */
  static async origin(workers: number, cleanup: AsyncDisposableStack): Promise<Contender> {
    const program = new URL('./origin-forwarder.ts', import.meta.url);
    const env = {
      MEDIA_SECRET: 'nobody-commands-it-nobody-commands-it',
      MEDIA_WORKERS: String(workers),
      RTC_PORT: String(await freePort()),
    };
    return Contender.#start(program, env, cleanup);
  }

  /** The rival. */
  static node(cleanup: AsyncDisposableStack): Promise<Contender> {
    return Contender.#start(new URL('./node-forwarder.ts', import.meta.url), {}, cleanup);
  }

  static async #start(
    program: URL,
    env: Record<string, string>,
    cleanup: AsyncDisposableStack,
  ): Promise<Contender> {
    const [forwarder, audience] = await Promise.all([
      Forwarder.start(program, env, cleanup),
      Audience.gather(cleanup),
    ]);
    const video = await SyntheticVideo.create(forwarder.port);
    cleanup.defer(() => video.close());
    return new Contender(forwarder, audience, video);
  }

  private constructor(forwarder: Forwarder, audience: Audience, video: SyntheticVideo) {
    this.#forwarder = forwarder;
    this.#audience = audience;
    this.#video = video;
  }

  /** Bytes that it holds now. */
  get residentBytes(): number {
    return this.#forwarder.residentBytes;
  }

  /** From now on it has so many viewers. */
  seat(viewers: number): Promise<void> {
    return this.#forwarder.serve({
      ports: Array.from({ length: viewers }, (_, viewer) => this.#audience.portOf(viewer)),
    });
  }

  /** Sends the video for a while to the `viewers` who are there. */
  show(viewers: number, milliseconds: number): Promise<Watched> {
    return this.#video.during(async () => {
      await sleep(SETTLE_MS);
      const before = this.#forwarder.cpuSeconds;
      const reception = await this.#audience.receive(this.#video, viewers, milliseconds);
      return { ...reception, cpuSeconds: this.#forwarder.cpuSeconds - before };
    });
  }
}
