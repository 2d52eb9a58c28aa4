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
const LAST_SEEN = 'picture_last_seen';
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

  /** As far as is known now. When the picture was last seen is known also when all that carried it is gone. */
  fact(): MediaFact {
    const { tracks, isHosts, kv, now } = this.#context;
    const hosts = tracks().filter(({ participantId }) => isHosts(participantId));
    const fact = mediaFactOf(hosts, now());
    const kept = kv.get<number>(LAST_SEEN) ?? 0;
    const lastSeen = Math.max(kept, (fact.flowing ? fact.at : fact.lastSeen)?.getTime() ?? 0);
    if (lastSeen > kept) kv.put(LAST_SEEN, lastSeen);
    return { ...fact, lastSeen: lastSeen === 0 ? null : new Date(lastSeen) };
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
    const { keeper, happened, checkAt, now } = this.#context;
    const interruption = this.#interruption();
    if (!interruption || interruption.told) return;
    if (!isStalled(interruption, now())) {
      // The look was due for one that was over before it was long.
      checkAt(new Date(interruption.since.getTime() + STALLED_AFTER_MS));
      return;
    }
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
