import type { Database } from '#db/client.ts';
import { archiveEvents } from '#db/queries/live-show-events.ts';
import { recordShow } from '#db/queries/live-shows.ts';
import type { LiveLog } from './live-log.ts';
import type { ShowKeeper } from './show-keeper.ts';

/** What is not urgent is written down together, so long after the first of it. */
export const RECORD_AFTER_MS = 10_000;
const EVENTS_AT_ONCE = 500;

/** Brings the record in Postgres up to what the room knows: the show as it is, and the archive of its log. */
export class RecordKeeper {
  readonly #db: Database;
  readonly #keeper: ShowKeeper;
  readonly #log: LiveLog;
  #running: Promise<void> = Promise.resolve();

  constructor(db: Database, keeper: ShowKeeper, log: LiveLog) {
    this.#db = db;
    this.#keeper = keeper;
    this.#log = log;
  }

  /** Writes down all that is not written yet. Throws when the record is out of reach; then it is tried again by alarm. */
  async save(): Promise<void> {
    // One after another: what came later must be written by a run that began later.
    const run = this.#running.then(() => this.#save());
    this.#running = run.catch(() => {});
    return run;
  }

  async #save(): Promise<void> {
    const held = this.#keeper.held();
    if (!held) return;
    if (this.#keeper.isUnrecorded()) {
      await recordShow(this.#db, held, held.version);
      this.#keeper.recorded(held.version);
    }
    for (;;) {
      const events = this.#log.unarchived(EVENTS_AT_ONCE);
      if (events.length === 0) return;
      await archiveEvents(this.#db, held.show.id, events);
      this.#log.archived(events);
    }
  }
}
