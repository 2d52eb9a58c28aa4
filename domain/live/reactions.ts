export const REACTIONS = ['heart', 'applause', 'laugh', 'wow', 'sad', 'fire'] as const;
export type Reaction = (typeof REACTIONS)[number];

/** How many of each came; what nobody sent is left out. */
export type ReactionCounts = Partial<Record<Reaction, number>>;

/** Reactions go out together at the end of a tick: a thousand hearts are one frame. */
export const REACTION_TICK_MS = 500;

export function withReactions(counts: ReactionCounts, reaction: Reaction, count: number): ReactionCounts {
  return { ...counts, [reaction]: (counts[reaction] ?? 0) + count };
}
