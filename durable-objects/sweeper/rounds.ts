/** What is gone through again and again: a batch a sweep, everything once a round. */
type Round = {
  /** What the sweeper remembers it by. */
  name: string;
  /** From the beginning of one round to that of the next; a round that takes longer is followed by the next at once. */
  everyMs: number;
  batch: number;
};

/**
 * The next batch of a round; none until it is time for the next round. What comes back is not given again in this round, whatever
 * becomes of it.
 * @param kv where it remembers how far it came
 * @param read at most `limit` things beyond `after`, in an order that lasts
 */
export async function nextOfRound<T>(
  kv: SyncKvStorage,
  { name, everyMs, batch }: Round,
  now: Date,
  read: (stretch: { after: T | null; limit: number }) => Promise<T[]>,
): Promise<T[]> {
  const [through, began] = [`${name}_through`, `${name}_since`];
  const after = kv.get<T>(through) ?? null;
  if (after === null) {
    if (now.getTime() - (kv.get<number>(began) ?? 0) < everyMs) return [];
    kv.put(began, now.getTime());
  }
  const found = await read({ after, limit: batch });
  const last = found.length === batch ? found.at(-1) : undefined;
  if (last === undefined) kv.delete(through);
  else kv.put(through, last);
  return found;
}
