import type { ClientConfig } from '#contract/config.ts';
import type { Person } from './api.ts';
import { LiveSocket } from './live-socket.ts';
import type { Timeline } from './timeline.ts';

/** Who plays: the near provider gets the order, the far one loses the bid. */
export type Cast = { readonly creator: Person; readonly near: Person; readonly far: Person };

/** What every scene plays on. */
export class Stage {
  readonly cast: Cast;
  readonly timeline: Timeline;
  readonly config: ClientConfig;
  readonly base: string;
  readonly #sockets: LiveSocket[] = [];

  constructor(cast: Cast, { base, config, timeline }: Pick<Stage, 'base' | 'config' | 'timeline'>) {
    this.cast = cast;
    this.timeline = timeline;
    this.config = config;
    this.base = base;
  }

  /** Opens a socket that stays until the end of the play. */
  async open(person: Person, path: string): Promise<LiveSocket> {
    const socket = await LiveSocket.open(person, this.base, path);
    this.#sockets.push(socket);
    return socket;
  }

  clear(): void {
    for (const socket of this.#sockets) socket.close();
  }
}

/** @throws Error naming what was expected, when it is not so */
export function expect(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new Error(`Expected ${what}.`);
}
