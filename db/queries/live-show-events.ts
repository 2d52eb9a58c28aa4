import { sql } from 'drizzle-orm';
import type { RecordedLiveEvent } from '#domain/live/live-events.ts';
import type { Database } from '../client.ts';
import { liveShowEvents } from '../schema/index.ts';

/** Puts events of a live room's log into the archive. What is there already is brought up to date: a message may have been deleted. */
export async function archiveEvents(
  db: Database,
  showId: string,
  events: readonly RecordedLiveEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await db
    .insert(liveShowEvents)
    .values(events.map(({ seq, name, data, at }) => ({ showId, seq, name, data, at })))
    .onConflictDoUpdate({
      target: [liveShowEvents.showId, liveShowEvents.seq],
      set: { data: sql`excluded.data` },
    });
}
