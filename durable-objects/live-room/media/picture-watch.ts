import type { LiveEvent } from '#domain/live/live-events.ts';
import {
  afterFlow,
  type Interruption,
  isStalled,
  type MediaFact,
  mediaFactOf,
  STALLED_AFTER_MS,
} from '#domain/live/media-fact.ts';
import type { ShowKeeper } from '../show-keeper.ts';
import type { MediaTrack } from './media-backend.ts';

const INTERRUPTION = 'interruption';
type KeptInterruption = { since: number; told: boolean };

type Context = {
  keeper: ShowKeeper;
  kv: DurableObjectStorage['kv'];
  tracks: () => MediaTrack[];
  /** Whether a track's participant is the host. */
  isHosts: (participantId: string) => boolean;
  happened: (event: LiveEvent) => void;
  /** Has `checkStalled` called then. */
  checkAt: (at: Date) => void;
  /** The show's order hears of every fact. */
  report: (fact: MediaFact) => void;
  now: () => Date;
};

/** Whether the host is seen: the fact that orders begin on, and the interruptions that count against a live show. */
export class PictureWatch {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** As far as is known now. */
  fact(): MediaFact {
    const { tracks, isHosts, now } = this.#context;
    return mediaFactOf(
      tracks().filter(({ participantId }) => isHosts(participantId)),
      now(),
    );
  }

  /** It was found out anew how media flows, or the show has begun or ended. */
  observe(): void {
    const { keeper, happened, checkAt, report } = this.#context;
    const { show, figures } = keeper.required();
    if (show.mediaBackend === 'none') return;
    const fact = this.fact();
    report(fact);
    const before = this.#interruption();
    const liveSince = show.status === 'live' ? show.startedAt : null;
    const { interruption, ended } = afterFlow(before, { liveSince, fact });
    if (interruption !== before) this.#keep(interruption);
    if (interruption && !before) checkAt(new Date(interruption.since.getTime() + STALLED_AFTER_MS));
    if (!ended) return;
    const { afterMs } = ended;
    keeper.change({ figures: { ...figures, interruptedMs: figures.interruptedMs + afterMs } });
    happened({ name: 'media:recovered', data: { afterMs } });
  }

  /** An interruption may have become long enough to be told. */
  checkStalled(): void {
    const { keeper, happened, now } = this.#context;
    const interruption = this.#interruption();
    if (!interruption || !isStalled(interruption, now())) return;
    this.#keep({ ...interruption, told: true });
    const { figures } = keeper.required();
    keeper.change({ figures: { ...figures, interruptions: figures.interruptions + 1 } });
    happened({ name: 'media:stalled', data: { since: interruption.since.toISOString() } });
  }

  #interruption(): Interruption | null {
    const kept = this.#context.kv.get<KeptInterruption>(INTERRUPTION);
    return kept ? { since: new Date(kept.since), told: kept.told } : null;
  }

  #keep(interruption: Interruption | null): void {
    const { kv } = this.#context;
    if (!interruption) kv.delete(INTERRUPTION);
    else
      kv.put<KeptInterruption>(INTERRUPTION, {
        since: interruption.since.getTime(),
        told: interruption.told,
      });
  }
}
