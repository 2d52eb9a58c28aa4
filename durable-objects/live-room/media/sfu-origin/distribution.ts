import { ORIGIN_LIMITS, type OriginConsumer } from '#contract/origin.ts';
import { logFailure } from '../../../log.ts';
import type { OriginClient } from './origin-client.ts';
import type { OriginRoomStore } from './origin-room-store.ts';

type Context = {
  client: OriginClient;
  store: OriginRoomStore;
  /** All that a participant receives now. */
  deliver: (participantId: string, consumers: OriginConsumer[]) => void;
};

/**
 * Sees to it that all who watch at an origin get what is published: that they have consumers for it, and know of them. Who is
 * joining meanwhile gets some of it by their join and the rest after, never something that belongs to a transport they had before.
 */
export class Distribution {
  readonly #context: Context;
  /** By origin: whose consumers are to be made and told. */
  readonly #pending = new Map<string, Set<string>>();
  readonly #running = new Map<string, Promise<void>>();
  /** How often somebody began to join: what was asked for before is not told after. */
  readonly #joins = new Map<string, number>();
  readonly #joining = new Set<string>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Somebody begins to join: nothing is told to them until they have their answer. */
  joinBegins(participantId: string): void {
    this.#joins.set(participantId, (this.#joins.get(participantId) ?? 0) + 1);
    this.#joining.add(participantId);
  }

  /** They have it: what was missed in between follows. */
  async joinEnded(participantId: string, originId: string | null): Promise<void> {
    this.#joining.delete(participantId);
    if (originId !== null && this.#pending.get(originId)?.has(participantId)) await this.#tell(originId);
  }

  /** They were away, and may not have heard what they receive by now. */
  async returned(participantId: string, originId: string): Promise<void> {
    this.#pendingAt(originId).add(participantId);
    await this.#tell(originId);
  }

  /** Somebody is gone. */
  forget(participantId: string): void {
    this.#joins.delete(participantId);
    this.#joining.delete(participantId);
    for (const pending of this.#pending.values()) pending.delete(participantId);
  }

  /**
   * Gives everybody who watches at this origin what is to be had there (`visible`, the tracks' ids), if that is more than they were
   * given. What fails is logged, and tried again when the origin next says something.
   */
  async distribute(originId: string, visible: readonly string[]): Promise<void> {
    const { store } = this.#context;
    const origin = store.origin(originId);
    if (!origin) return;
    const pending = this.#pendingAt(originId);
    const isGiven = visible.every((trackId) => origin.given.includes(trackId));
    if (isGiven) return pending.size > 0 ? this.#tell(originId) : undefined;
    for (const { participantId, watches } of store.placedAt(originId))
      if (watches) pending.add(participantId);
    const before = store.takenBack;
    try {
      await this.#run(originId);
      // What was taken back meanwhile they may have got from a pipe that is closed: then all is given once more.
      if (store.takenBack === before) store.setGiven(originId, visible);
    } catch (error) {
      logFailure('tracks not distributed', { originId }, error);
    }
  }

  /** Tells whoever is pending. What fails is logged, and they stay pending. */
  #tell(originId: string): Promise<void> {
    return this.#run(originId).catch((error) => logFailure('tracks not distributed', { originId }, error));
  }

  #run(originId: string): Promise<void> {
    const running = this.#running.get(originId);
    // What was added meanwhile is taken up by the same run, unless it was just about to end.
    const next = (running ?? Promise.resolve()).then(
      () => this.#drain(originId),
      () => this.#drain(originId),
    );
    this.#running.set(originId, next);
    return next;
  }

  async #drain(originId: string): Promise<void> {
    const pending = this.#pendingAt(originId);
    /** For whom it failed it is tried again when the origin next says something. */
    const later: string[] = [];
    for (;;) {
      const origin = this.#context.store.origin(originId);
      const some = [...pending].filter((id) => !this.#joining.has(id)).slice(0, ORIGIN_LIMITS.consumeAtOnce);
      if (!origin || some.length === 0) break;
      const before = new Map(some.map((id) => [id, this.#joins.get(id) ?? 0]));
      for (const id of some) pending.delete(id);
      try {
        const { consumers, failed } = await this.#context.client.command(
          origin,
          'consume',
          {},
          { participants: some },
        );
        for (const [participantId, own] of Object.entries(consumers)) {
          // Who has begun to join since may have been asked for as they were before.
          if ((this.#joins.get(participantId) ?? 0) !== before.get(participantId)) pending.add(participantId);
          else this.#context.deliver(participantId, own);
        }
        later.push(...failed);
      } catch (error) {
        for (const id of [...some, ...later]) pending.add(id);
        throw error;
      }
    }
    for (const id of later) pending.add(id);
  }

  #pendingAt(originId: string): Set<string> {
    const pending = this.#pending.get(originId) ?? new Set();
    this.#pending.set(originId, pending);
    return pending;
  }
}
