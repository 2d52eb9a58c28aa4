import type { LiveShow, ShowFigures } from '#domain/live/show.ts';
import { NO_FIGURES } from '#domain/live/show.ts';

/** The room's show with what it has come to. `version` counts its changes. */
export type HeldShow = { show: LiveShow; figures: ShowFigures; hostName: string; version: number };

type ShowRow = { show: string; figures: string; host_name: string; version: number; recorded: number };

/**
 * The show of this room, in its SQLite: changing it is part of the same synchronous step as telling of it. The record follows,
 * at the latest by alarm.
 */
export class ShowKeeper {
  readonly #sql: SqlStorage;
  #held: HeldShow | null | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      `create table if not exists show (
         id integer primary key check (id = 1), show text not null, figures text not null, host_name text not null,
         version integer not null, recorded integer not null default 0
       )`,
    );
  }

  /** null: nobody has opened this room. */
  held(): HeldShow | null {
    if (this.#held === undefined) this.#held = this.#read();
    return this.#held;
  }

  /** The show of a room that was opened. Throws otherwise: sockets and alarms are only in such rooms. */
  required(): HeldShow {
    const held = this.held();
    if (!held) throw new Error('this room has no show');
    return held;
  }

  /** Opens the room. Once it is open this changes nothing. */
  open(show: LiveShow, hostName: string): void {
    if (this.held()) return;
    this.#sql.exec(
      'insert into show (id, show, figures, host_name, version) values (1, ?, ?, ?, 1)',
      JSON.stringify(show),
      JSON.stringify(NO_FIGURES),
      hostName,
    );
    this.#held = { show, figures: NO_FIGURES, hostName, version: 1 };
  }

  change({ show, figures }: Partial<Pick<HeldShow, 'show' | 'figures'>>): void {
    const before = this.required();
    const held = {
      ...before,
      show: show ?? before.show,
      figures: figures ?? before.figures,
      version: before.version + 1,
    };
    this.#sql.exec(
      'update show set show = ?, figures = ?, version = ?',
      JSON.stringify(held.show),
      JSON.stringify(held.figures),
      held.version,
    );
    this.#held = held;
  }

  /** Whether the record does not have the latest version yet. */
  isUnrecorded(): boolean {
    return this.#sql.exec('select 1 from show where version > recorded').toArray().length > 0;
  }

  recorded(version: number): void {
    this.#sql.exec('update show set recorded = ? where recorded < ?', version, version);
  }

  #read(): HeldShow | null {
    const [row] = this.#sql.exec<ShowRow>('select * from show').toArray();
    if (!row) return null;
    return {
      show: JSON.parse(row.show, reviveTimes),
      figures: JSON.parse(row.figures),
      hostName: row.host_name,
      version: row.version,
    };
  }
}

/** The members of a show that are times end in `At`, but for the one that says when it is planned. */
function reviveTimes(key: string, value: unknown): unknown {
  const isTime = key.endsWith('At') || key === 'scheduledFor';
  return isTime && typeof value === 'string' ? new Date(value) : value;
}
