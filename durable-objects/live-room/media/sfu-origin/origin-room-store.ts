import type { PipeEndpoint, ProducerState } from '#contract/origin.ts';
import type { MediaTrack } from '../media-backend.ts';

/**
 * An origin where the room is open. `heardAt` is when it last said something; `given` are the tracks that all who watch there
 * have; `moving`: it is about to stop, and nobody else is to join there.
 */
export type OpenOrigin = {
  originId: string;
  address: string;
  region: string;
  bootId: string;
  n: number;
  openedAt: Date;
  heardAt: Date;
  moving: boolean;
  given: string[];
  audioOnly: string[];
};

/** One copy of all that is published at `from`, for those who watch at `to`. `carries` is what was last agreed. */
export type Pipe = { pipeId: string; from: string; to: string; remote: PipeEndpoint; carries: string };

/** Who has joined, and where. */
export type Placed = { participantId: string; originId: string; watches: boolean };

type OriginRow = {
  origin_id: string;
  address: string;
  region: string;
  boot_id: string;
  n: number;
  opened_at: number;
  heard_at: number;
  moving: number;
  given: string;
  audio_only: string;
};
type TrackRow = {
  track_id: string;
  participant_id: string;
  source: MediaTrack['source'];
  kind: MediaTrack['kind'];
  paused: number;
  flowing: number;
  since: number | null;
  last_seen: number | null;
};

/** A track that was published a moment ago may be missing from a state that was already under way. */
const UNCONFIRMED_MS = 5_000;

/** What the room's SQLite holds of its media at origins. */
export class OriginRoomStore {
  readonly #sql: SqlStorage;
  #takenBack = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      create table if not exists media_origins (
        origin_id text primary key, address text not null, region text not null, boot_id text not null,
        n integer not null, opened_at integer not null, heard_at integer not null, moving integer not null default 0, given text not null default '[]',
        audio_only text not null default '[]'
      ) without rowid;
      create table if not exists media_participants (
        participant_id text primary key, origin_id text not null, watches integer not null
      ) without rowid;
      create index if not exists media_participants_origin on media_participants (origin_id);
      create table if not exists media_tracks (
        track_id text primary key, origin_id text not null, participant_id text not null, source text not null,
        kind text not null, paused integer not null, flowing integer not null, since integer, last_seen integer,
        unconfirmed_since integer
      ) without rowid;
      create table if not exists media_pipes (
        pipe_id text primary key, from_origin text not null, to_origin text not null, remote text not null,
        carries text not null
      ) without rowid;
    `);
  }

  // -------------------------------------------------------------------------------------------- origins

  origins(): OpenOrigin[] {
    return this.#sql
      .exec<OriginRow>('select * from media_origins order by origin_id')
      .toArray()
      .map(originFrom);
  }

  origin(originId: string): OpenOrigin | null {
    const [row] = this.#sql
      .exec<OriginRow>('select * from media_origins where origin_id = ?', originId)
      .toArray();
    return row ? originFrom(row) : null;
  }

  /** The room has just been opened there, or is open still. */
  keepOrigin({
    originId,
    address,
    region,
    bootId,
    n,
    heardAt,
  }: Pick<OpenOrigin, 'originId' | 'address' | 'region' | 'bootId' | 'n' | 'heardAt'>): void {
    this.#sql.exec(
      `insert into media_origins (origin_id, address, region, boot_id, n, opened_at, heard_at) values (?, ?, ?, ?, ?, ?, ?)
       on conflict do update set address = excluded.address, region = excluded.region, boot_id = excluded.boot_id,
         n = excluded.n, opened_at = excluded.opened_at, heard_at = excluded.heard_at`,
      originId,
      address,
      region,
      bootId,
      n,
      heardAt.getTime(),
      heardAt.getTime(),
    );
  }

  /** The origin lives. */
  heard(originId: string, heardAt: Date): void {
    this.#sql.exec('update media_origins set heard_at = ? where origin_id = ?', heardAt.getTime(), originId);
  }

  /** A state of this origin is taken over; only later ones count from now on. */
  takeOver(originId: string, { bootId, n, moving }: Pick<OpenOrigin, 'bootId' | 'n' | 'moving'>): void {
    this.#sql.exec(
      'update media_origins set boot_id = ?, n = ?, moving = ? where origin_id = ?',
      bootId,
      n,
      moving ? 1 : 0,
      originId,
    );
  }

  /** How often something was taken back, since the room woke. */
  get takenBack(): number {
    return this.#takenBack;
  }

  setGiven(originId: string, trackIds: readonly string[]): void {
    this.#sql.exec(
      'update media_origins set given = ? where origin_id = ?',
      JSON.stringify(trackIds),
      originId,
    );
  }

  /** Nobody at this origin has these tracks any more. */
  takeBackGiven(originId: string, trackIds: readonly string[]): void {
    this.#takenBack += 1;
    const origin = this.origin(originId);
    if (origin) {
      this.setGiven(
        originId,
        origin.given.filter((id) => !trackIds.includes(id)),
      );
    }
  }

  setAudioOnly(originId: string, participantIds: readonly string[]): void {
    this.#sql.exec(
      'update media_origins set audio_only = ? where origin_id = ?',
      JSON.stringify(participantIds),
      originId,
    );
  }

  /** The room is not open there any longer: who was there is nowhere, and what was published there is gone. */
  forgetOrigin(originId: string): void {
    for (const table of ['media_origins', 'media_participants', 'media_tracks']) {
      this.#sql.exec(`delete from ${table} where origin_id = ?`, originId);
    }
    this.#sql.exec('delete from media_pipes where from_origin = ? or to_origin = ?', originId, originId);
  }

  forgetAll(): void {
    for (const table of ['media_origins', 'media_participants', 'media_tracks', 'media_pipes']) {
      this.#sql.exec(`delete from ${table}`);
    }
  }

  // -------------------------------------------------------------------------------------------- participants

  place({ participantId, originId, watches }: Placed): void {
    this.#sql.exec(
      'insert or replace into media_participants values (?, ?, ?)',
      participantId,
      originId,
      watches ? 1 : 0,
    );
  }

  placeOf(participantId: string): Placed | null {
    return this.#placed('where participant_id = ?', participantId)[0] ?? null;
  }

  placedAt(originId: string): Placed[] {
    return this.#placed('where origin_id = ?', originId);
  }

  countAt(originId: string): number {
    return this.#sql
      .exec<{ count: number }>(
        'select count(*) as count from media_participants where origin_id = ?',
        originId,
      )
      .one().count;
  }

  publishes(participantId: string): boolean {
    const tracks = this.#sql.exec('select 1 from media_tracks where participant_id = ?', participantId);
    return tracks.toArray().length > 0;
  }

  /** They take part no longer, and publish nothing. Says whether they published anything. */
  unplace(participantId: string): boolean {
    this.#sql.exec('delete from media_participants where participant_id = ?', participantId);
    return (
      this.#sql.exec('delete from media_tracks where participant_id = ? returning 1', participantId).toArray()
        .length > 0
    );
  }

  #placed(which: string, binding: string): Placed[] {
    return this.#sql
      .exec<{ participant_id: string; origin_id: string; watches: number }>(
        `select * from media_participants ${which}`,
        binding,
      )
      .toArray()
      .map(({ participant_id, origin_id, watches }) => ({
        participantId: participant_id,
        originId: origin_id,
        watches: watches === 1,
      }));
  }

  // -------------------------------------------------------------------------------------------- tracks

  tracks(originId?: string): MediaTrack[] {
    const which = originId === undefined ? '' : 'where origin_id = ?';
    return this.#sql
      .exec<TrackRow>(
        `select * from media_tracks ${which} order by track_id`,
        ...(originId ? [originId] : []),
      )
      .toArray()
      .map((row) => ({
        id: row.track_id,
        participantId: row.participant_id,
        source: row.source,
        kind: row.kind,
        paused: row.paused === 1,
        flowing: row.flowing === 1,
        since: row.since === null ? null : new Date(row.since),
        lastSeen: row.last_seen === null ? null : new Date(row.last_seen),
      }));
  }

  /** Somebody has just published this; the origin's next state will say more. One source of a participant is one track. */
  keepPublished(
    originId: string,
    { id, participantId, source, kind, paused }: Omit<MediaTrack, 'flowing' | 'since' | 'lastSeen'>,
    now: Date,
  ): void {
    this.#sql.exec(
      'delete from media_tracks where participant_id = ? and source = ? and track_id <> ?',
      participantId,
      source,
      id,
    );
    this.#sql.exec(
      `insert or ignore into media_tracks values (?, ?, ?, ?, ?, ?, 0, null, null, ?)`,
      id,
      originId,
      participantId,
      source,
      kind,
      paused ? 1 : 0,
      now.getTime(),
    );
  }

  setPaused(trackId: string, paused: boolean): void {
    this.#sql.exec('update media_tracks set paused = ? where track_id = ?', paused ? 1 : 0, trackId);
  }

  removeTrack(trackId: string): void {
    this.#sql.exec('delete from media_tracks where track_id = ?', trackId);
  }

  /** Takes over what an origin says is published there. */
  takeProducers(originId: string, producers: readonly ProducerState[], now: Date): void {
    for (const { id, participantId, source, kind, paused, flowing, since, lastSeen } of producers) {
      this.#sql.exec(
        `insert or replace into media_tracks values (?, ?, ?, ?, ?, ?, ?, ?, ?, null)`,
        id,
        originId,
        participantId,
        source,
        kind,
        paused ? 1 : 0,
        flowing ? 1 : 0,
        since === null ? null : Date.parse(since),
        lastSeen === null ? null : Date.parse(lastSeen),
      );
    }
    const named = new Set(producers.map(({ id }) => id));
    const unconfirmed = this.#sql
      .exec<{ track_id: string }>(
        'select track_id from media_tracks where origin_id = ? and unconfirmed_since > ?',
        originId,
        now.getTime() - UNCONFIRMED_MS,
      )
      .toArray();
    for (const { track_id } of unconfirmed) named.add(track_id);
    for (const { id } of this.tracks(originId)) if (!named.has(id)) this.removeTrack(id);
  }

  // -------------------------------------------------------------------------------------------- pipes

  pipes(): Pipe[] {
    return this.#sql
      .exec<{ pipe_id: string; from_origin: string; to_origin: string; remote: string; carries: string }>(
        'select * from media_pipes order by pipe_id',
      )
      .toArray()
      .map(({ pipe_id, from_origin, to_origin, remote, carries }) => ({
        pipeId: pipe_id,
        from: from_origin,
        to: to_origin,
        remote: JSON.parse(remote),
        carries,
      }));
  }

  keepPipe({ pipeId, from, to, remote, carries }: Pipe): void {
    this.#sql.exec(
      'insert or replace into media_pipes values (?, ?, ?, ?, ?)',
      pipeId,
      from,
      to,
      JSON.stringify(remote),
      carries,
    );
  }

  removePipe(pipeId: string): void {
    this.#sql.exec('delete from media_pipes where pipe_id = ?', pipeId);
  }
}

function originFrom(row: OriginRow): OpenOrigin {
  return {
    originId: row.origin_id,
    address: row.address,
    region: row.region,
    bootId: row.boot_id,
    n: row.n,
    openedAt: new Date(row.opened_at),
    heardAt: new Date(row.heard_at),
    moving: row.moving === 1,
    given: JSON.parse(row.given),
    audioOnly: JSON.parse(row.audio_only),
  };
}
