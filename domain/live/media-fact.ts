/** What is known of one track that somebody publishes. `since` and `lastSeen` bound the last stretch in which packets came. */
export type TrackFlow = {
  kind: 'audio' | 'video';
  paused: boolean;
  flowing: boolean;
  since: Date | null;
  lastSeen: Date | null;
};

/**
 * Whether the host is seen: since when, and when last. This is what an order may begin on. `at` is when it was found out.
 */
export type MediaFact = { flowing: boolean; since: Date | null; lastSeen: Date | null; at: Date };

/** A live show without a picture for so long is interrupted: that is told, and counts. */
export const STALLED_AFTER_MS = 15_000;

/** A fact that is older than this is asked for anew before anything is begun on it. */
export const FACT_IS_OLD_AFTER_MS = 5_000;

/** The fact about the host, from their tracks. Only a picture counts: a voice does not show a place. */
export function mediaFactOf(tracks: readonly TrackFlow[], at: Date): MediaFact {
  const shown = tracks.filter(({ kind }) => kind === 'video');
  const flowing = shown.filter((track) => track.flowing && !track.paused);
  const times = (from: readonly TrackFlow[], which: 'since' | 'lastSeen') =>
    from.flatMap((track) => (track[which] ? [track[which].getTime()] : []));
  const since = times(flowing, 'since');
  const lastSeen = times(shown, 'lastSeen');
  return {
    flowing: flowing.length > 0,
    since: since.length > 0 ? new Date(Math.min(...since)) : null,
    lastSeen: lastSeen.length > 0 ? new Date(Math.max(...lastSeen)) : null,
    at,
  };
}

/** Since when a live show has had no picture that it should have; null while there is one, or it is not live. */
export type Interruption = { since: Date; told: boolean };

/**
 * What becomes of an interruption when media flows or not. `liveSince` is null while the show is not live. It counts from when the
 * picture was last seen, however late that is noticed, to when it was seen again. `ended` is there when it was long enough to be told and is over.
 */
export function afterFlow(
  current: Interruption | null,
  { liveSince, fact }: { liveSince: Date | null; fact: MediaFact },
): { interruption: Interruption | null; ended: { afterMs: number } | null } {
  if (liveSince && !fact.flowing) {
    const since = new Date(Math.max(liveSince.getTime(), (fact.lastSeen ?? fact.at).getTime()));
    return { interruption: current ?? { since, told: false }, ended: null };
  }
  if (!current?.told) return { interruption: null, ended: null };
  // A muted camera goes on sending: then it is seen again only now, though its packets have come all the while.
  const seenAgain = fact.flowing && fact.since && fact.since > current.since ? fact.since : fact.at;
  return { interruption: null, ended: { afterMs: seenAgain.getTime() - current.since.getTime() } };
}

/** Whether an interruption has become long enough to be told. */
export function isStalled({ since, told }: Interruption, now: Date): boolean {
  return !told && now.getTime() - since.getTime() >= STALLED_AFTER_MS;
}
