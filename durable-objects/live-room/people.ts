import type { Attendee } from '#domain/live/attendance.ts';
import type { InvitedRole, LiveRole, ShowGuest } from '#domain/live/live-roles.ts';

/** Somebody who is or was in the room. `presentSince` is null while they are not here. */
export type Visitor = ShowGuest & {
  username: string;
  role: LiveRole;
  muted: boolean;
  banned: boolean;
  presentSince: Date | null;
};

type PersonRow = {
  user_id: string;
  username: string;
  role: LiveRole;
  is_admin: number;
  invited_as: InvitedRole | null;
  muted: number;
  banned: number;
  present_since: number | null;
};

/** Everybody who ever came into the room: as what, whether they may speak, whether they are here. */
export class People {
  readonly #sql: SqlStorage;
  /** How many are here: kept, because in a large room counting them anew for each who comes or goes takes too long. */
  #counts: { present: number; viewers: number } | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      `create table if not exists people (
         user_id text primary key, username text not null, role text not null, is_admin integer not null,
         invited_as text, muted integer not null default 0, banned integer not null default 0, present_since integer
       ) without rowid;
       create index if not exists people_present on people (role) where present_since is not null;
       create table if not exists last_seen (user_id text primary key, at integer not null) without rowid`,
    );
  }

  find(userId: string): Visitor | null {
    const [row] = this.#sql.exec<PersonRow>('select * from people where user_id = ?', userId).toArray();
    return row ? visitorFrom(row) : null;
  }

  /** Keeps who somebody is, and as what they are here. Whether they may speak stays as it was. */
  keep({ userId, username, isAdmin, invitedAs }: ShowGuest & { username: string }, role: LiveRole): void {
    const before = this.find(userId);
    this.#sql.exec(
      `insert into people (user_id, username, role, is_admin, invited_as) values (?, ?, ?, ?, ?)
       on conflict do update set username = excluded.username, role = excluded.role, is_admin = excluded.is_admin,
         invited_as = excluded.invited_as`,
      userId,
      username,
      role,
      isAdmin ? 1 : 0,
      invitedAs,
    );
    if (before?.presentSince && before.role !== role) this.#counts = null;
  }

  /** Somebody is here from `since` on, or (null) is here no longer. */
  setPresent(userId: string, since: Date | null): void {
    const person = this.find(userId);
    if (this.#counts && person) {
      const more = Number(since !== null) - Number(person.presentSince !== null);
      const { present, viewers } = this.#counts;
      this.#counts = { present: present + more, viewers: viewers + (person.role === 'host' ? 0 : more) };
    }
    this.#sql.exec('update people set present_since = ? where user_id = ?', since?.getTime() ?? null, userId);
  }

  /** They were here until then, in one of their seats. @returns until when they were seen in any that they have left */
  seen(userId: string, at: Date): Date {
    const { latest } = this.#sql
      .exec<{ latest: number }>(
        `insert into last_seen values (?, ?) on conflict do update set at = max(at, excluded.at) returning at as latest`,
        userId,
        at.getTime(),
      )
      .one();
    return new Date(latest);
  }

  setMuted(userId: string, muted: boolean): void {
    this.#sql.exec('update people set muted = ? where user_id = ?', muted ? 1 : 0, userId);
  }

  setBanned(userId: string, banned: boolean): void {
    this.#sql.exec('update people set banned = ? where user_id = ?', banned ? 1 : 0, userId);
  }

  /** How many are here, and how many of them are not the host. */
  count(): { present: number; viewers: number } {
    this.#counts ??= this.#sql
      .exec<{ present: number; viewers: number }>(
        `select count(*) as present, count(*) filter (where role <> 'host') as viewers
         from people where present_since is not null`,
      )
      .one();
    return this.#counts;
  }

  /** Who are here, by name; at most `limit`. */
  present(limit: number): Attendee[] {
    return this.#sql
      .exec<PersonRow>(
        'select * from people where present_since is not null order by username limit ?',
        limit,
      )
      .toArray()
      .map(({ user_id, username, role }) => ({ userId: user_id, username, role }));
  }

  /** Everybody who is here. */
  allPresent(): Visitor[] {
    return this.#sql
      .exec<PersonRow>('select * from people where present_since is not null')
      .toArray()
      .map(visitorFrom);
  }
}

function visitorFrom(row: PersonRow): Visitor {
  return {
    userId: row.user_id,
    username: row.username,
    role: row.role,
    isAdmin: row.is_admin === 1,
    invitedAs: row.invited_as,
    muted: row.muted === 1,
    banned: row.banned === 1,
    presentSince: row.present_since === null ? null : new Date(row.present_since),
  };
}
