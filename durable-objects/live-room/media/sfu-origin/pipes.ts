import type { ProducerState } from '#contract/origin.ts';
import { logFailure } from '../../../log.ts';
import { type OriginClient, OriginRefused } from './origin-client.ts';
import type { OpenOrigin, OriginRoomStore, Pipe } from './origin-room-store.ts';

/** A pipe that failed is made anew at once, but not for ever. */
const MOST_FAILURES = 3;
/** A pipe that opens, but through which nothing comes for so long, leads nowhere: a firewall, or an address of another network. */
const DRY_FOR_MS = 8_000;

type Told = {
  /** Nothing can be brought to this origin: who watches there is to be served elsewhere. */
  outOfReach: (originId: string) => void;
  /** The room is not open there any more. */
  roomLost: (originId: string) => void;
};

/**
 * Brings what is published at one origin to those who watch at another: one copy each, whoever many they are. Reconciles what
 * there is with what there should be, one run at a time.
 */
export class Pipes {
  readonly #client: Pick<OriginClient, 'command'>;
  readonly #store: OriginRoomStore;
  readonly #told: Told;
  /** Since when nothing comes through a pipe that something goes into (epoch ms). */
  readonly #dry = new Map<string, number>();
  /** Those that are being opened: an origin may speak of them before it has answered. */
  readonly #opening = new Set<string>();
  readonly #closing = new Set<Promise<unknown>>();
  #running: Promise<void> | null = null;
  #again = false;

  constructor(client: Pick<OriginClient, 'command'>, store: OriginRoomStore, told: Told) {
    this.#client = client;
    this.#store = store;
    this.#told = told;
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

  /** Closes both of its ends; none takes its place before. */
  async close(pipe: Pipe): Promise<void> {
    this.#store.removePipe(pipe.pipeId);
    this.#dry.delete(pipe.pipeId);
    // What comes over another pipe they have to be given anew.
    this.#store.takeBackGiven(pipe.to, carriedIds(pipe.carries));
    await Promise.all([pipe.from, pipe.to].map((originId) => this.#closeEnd(originId, pipe.pipeId)));
  }

  /**
   * An origin has said which pipes are open there. One that it lacks is closed at its other end, too. One that nobody knows here was
   * to be closed, and that was not heard: what it holds would keep another from bringing the same.
   */
  async compare(originId: string, open: readonly string[]): Promise<void> {
    const known = this.#store.pipes().filter(({ from, to }) => from === originId || to === originId);
    const ids = new Set(known.map(({ pipeId }) => pipeId));
    // One that carries nothing yet may just be opening.
    const missing = known.filter(({ pipeId, carries }) => !open.includes(pipeId) && carries !== '[]');
    const unknown = open.filter((pipeId) => !ids.has(pipeId) && !this.#opening.has(pipeId));
    await Promise.all([
      ...missing.map((pipe) => this.close(pipe)),
      ...unknown.map((pipeId) => this.#closeEnd(originId, pipeId)),
    ]);
  }

  /** An origin has said of what pipes bring to it whether it flows. */
  observe(originId: string, producers: readonly ProducerState[], now: Date): void {
    for (const pipe of this.#store.pipes()) {
      if (pipe.to !== originId) continue;
      const sent = this.#store.tracks(pipe.from).filter(({ flowing, paused }) => flowing && !paused);
      const isDry = producers.some(
        ({ id, viaPipe, flowing }) =>
          viaPipe === pipe.pipeId && !flowing && sent.some((track) => track.id === id),
      );
      if (!isDry) {
        this.#dry.delete(pipe.pipeId);
        continue;
      }
      const since = this.#dry.get(pipe.pipeId) ?? now.getTime();
      this.#dry.set(pipe.pipeId, since);
      // Where it comes from must have said since that it flows there.
      const heardAt = this.#store.origin(pipe.from)?.heardAt.getTime() ?? 0;
      if (now.getTime() - since >= DRY_FOR_MS && heardAt > since) this.#told.outOfReach(originId);
    }
  }

  #closeEnd(originId: string, pipeId: string): Promise<unknown> {
    const origin = this.#store.origin(originId);
    if (!origin) return Promise.resolve();
    const closing = this.#client
      .command(origin, 'closePipe', { pipeId }, undefined)
      .catch((error) => logFailure('pipe not closed', { originId }, error))
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    return closing;
  }

  async #run(): Promise<void> {
    for (let failures = 0; this.#again && failures < MOST_FAILURES; ) {
      this.#again = false;
      await Promise.all(this.#closing);
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
      const brought = await Promise.all(wanted.map(({ from, to }) => this.#bring(from, to)));
      if (brought.includes('failed')) failures += 1;
    }
  }

  /** Brings all that is published at `from` to `to`. */
  async #bring(from: OpenOrigin, to: OpenOrigin): Promise<'done' | 'failed'> {
    const signature = () =>
      JSON.stringify(this.#store.tracks(from.originId).map(({ id, paused }) => [id, paused]));
    const present = () =>
      this.#store.pipes().find((pipe) => pipe.from === from.originId && pipe.to === to.originId);
    if (present()?.carries === signature()) return 'done';
    let asked = to;
    try {
      const pipe = present() ?? (await this.#open(from, to));
      const carries = signature();
      const { pipeId, remote } = pipe;
      asked = from;
      const sent = await this.#client.command(from, 'sendPipe', { pipeId }, { remote });
      asked = to;
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
      return 'done';
    } catch (error) {
      logFailure('pipe failed', { from: from.originId, to: to.originId }, error);
      // Silence is another's to deal with.
      if (!(error instanceof OriginRefused)) return 'failed';
      // One end is gone, or holds another: begin anew.
      const broken = present();
      if (broken) await this.close(broken);
      if (error.code === 'LIMIT_REACHED') this.#told.outOfReach(to.originId);
      else if (error.code === 'ROOM_NOT_FOUND') this.#told.roomLost(asked.originId);
      else this.#again = true;
      return 'failed';
    }
  }

  async #open(from: OpenOrigin, to: OpenOrigin): Promise<Pipe> {
    const pipeId = crypto.randomUUID();
    this.#opening.add(pipeId);
    try {
      const { endpoint } = await this.#client.command(to, 'openPipe', { pipeId }, undefined);
      const pipe = { pipeId, from: from.originId, to: to.originId, remote: endpoint, carries: '[]' };
      this.#store.keepPipe(pipe);
      return pipe;
    } finally {
      this.#opening.delete(pipeId);
    }
  }
}

function carriedIds(carries: string): string[] {
  const pairs: [string, boolean][] = JSON.parse(carries);
  return pairs.map(([id]) => id);
}
