import { logFailure } from '../../../log.ts';
import { type OriginClient, OriginRefused } from './origin-client.ts';
import type { OpenOrigin, OriginRoomStore, Pipe } from './origin-room-store.ts';

/** A pipe that failed is made anew at once, but not for ever. */
const MOST_ROUNDS = 3;

/**
 * Brings what is published at one origin to those who watch at another: one copy each, whoever many they are. Reconciles what
 * there is with what there should be, one run at a time.
 */
export class Pipes {
  readonly #client: OriginClient;
  readonly #store: OriginRoomStore;
  readonly #outOfReach: (originId: string) => void;
  #running: Promise<void> | null = null;
  #again = false;

  /** @param outOfReach is called for an origin that nothing can be brought to: who watches there is to be served elsewhere */
  constructor(client: OriginClient, store: OriginRoomStore, outOfReach: (originId: string) => void) {
    this.#client = client;
    this.#store = store;
    this.#outOfReach = outOfReach;
  }

  /** What those who watch at this origin can get there: what is published there, and what pipes bring. */
  visibleAt(originId: string): string[] {
    const brought = this.#store
      .pipes()
      .filter(({ to }) => to === originId)
      .flatMap(({ carries }) => carriedIds(carries));
    return [...this.#store.tracks(originId).map(({ id }) => id), ...brought];
  }

  /** Makes the pipes what they should be. What fails is logged, and tried again when an origin next says something. */
  async reconcile(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Both ends must be closed before another pipe takes its place. */
  async close(pipe: Pipe): Promise<void> {
    this.#store.removePipe(pipe.pipeId);
    // What comes over another pipe they have to be given anew.
    this.#store.takeBackGiven(pipe.to, carriedIds(pipe.carries));
    await Promise.all(
      [pipe.from, pipe.to].map(async (originId) => {
        const origin = this.#store.origin(originId);
        if (!origin) return;
        await this.#client
          .command(origin, 'closePipe', { pipeId: pipe.pipeId }, undefined)
          .catch((error) => logFailure('pipe not closed', { originId }, error));
      }),
    );
  }

  async #run(): Promise<void> {
    for (let round = 1; this.#again && round <= MOST_ROUNDS; round++) {
      this.#again = false;
      const origins = this.#store.origins();
      const wanted = origins.flatMap((from) =>
        this.#store.tracks(from.originId).length === 0
          ? []
          : origins
              .filter((to) => to !== from && this.#store.placedAt(to.originId).some(({ watches }) => watches))
              .map((to) => ({ from, to })),
      );
      for (const pipe of this.#store.pipes()) {
        const isWanted = wanted.some(
          ({ from, to }) => from.originId === pipe.from && to.originId === pipe.to,
        );
        if (!isWanted) await this.close(pipe);
      }
      await Promise.all(wanted.map(({ from, to }) => this.#bring(from, to)));
    }
  }

  /** Brings all that is published at `from` to `to`. */
  async #bring(from: OpenOrigin, to: OpenOrigin): Promise<void> {
    const signature = () =>
      JSON.stringify(this.#store.tracks(from.originId).map(({ id, paused }) => [id, paused]));
    const present = this.#store
      .pipes()
      .find((pipe) => pipe.from === from.originId && pipe.to === to.originId);
    if (present?.carries === signature()) return;
    try {
      const pipe = present ?? (await this.#open(from, to));
      const carries = signature();
      const { pipeId, remote } = pipe;
      const sent = await this.#client.command(from, 'sendPipe', { pipeId }, { remote });
      await this.#client.command(
        to,
        'receivePipe',
        { pipeId },
        { remote: sent.endpoint, producers: sent.producers },
      );
      // The origin may be ahead of what was known here, or behind; only what both ends have counts.
      const arrived = new Set(sent.producers.map(({ id }) => id));
      const isWhole = carriedIds(carries).every((id) => arrived.has(id));
      this.#store.keepPipe({ ...pipe, carries: isWhole ? carries : '[]' });
    } catch (error) {
      logFailure('pipe failed', { from: from.originId, to: to.originId }, error);
      // Silence is another's to deal with.
      if (!(error instanceof OriginRefused)) return;
      if (error.code === 'LIMIT_REACHED') this.#outOfReach(to.originId);
      else if (present) {
        // One end is gone, or holds another: begin anew.
        await this.close(present);
        this.#again = true;
      }
    }
  }

  async #open(from: OpenOrigin, to: OpenOrigin): Promise<Pipe> {
    const pipeId = crypto.randomUUID();
    const { endpoint } = await this.#client.command(to, 'openPipe', { pipeId }, undefined);
    const pipe = { pipeId, from: from.originId, to: to.originId, remote: endpoint, carries: '[]' };
    this.#store.keepPipe(pipe);
    return pipe;
  }
}

function carriedIds(carries: string): string[] {
  const pairs: [string, boolean][] = JSON.parse(carries);
  return pairs.map(([id]) => id);
}
