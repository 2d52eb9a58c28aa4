import type { PersonEventData } from '#contract/events.ts';
import type { Database } from '#db/client.ts';
import { geofencesOf, type OwnGeofence } from '#db/queries/geofences.ts';
import type { Fix } from '#domain/tracking/fix.ts';
import { advanceGeofence, type GeofenceSide } from '#domain/tracking/geofence.ts';

/** While the record does not answer, it is asked again no sooner than this. */
const LOAD_SPACING_MS = 5_000;

type FenceRow = { id: string; name: string; fence: string; side: GeofenceSide };

/** One crossing of a fence of one's own. */
export type Crossing = {
  name: 'location:geofence_entered' | 'location:geofence_exited';
  data: PersonEventData['location:geofence_entered'];
};

/** The fences that the person drew, copied from the record, and on which side of each the person was last. */
export class OwnGeofences {
  readonly #storage: DurableObjectStorage;
  readonly #db: Database;
  #loading: Promise<void> | null = null;
  #loadedOrTriedAt = Number.NEGATIVE_INFINITY;

  constructor(storage: DurableObjectStorage, db: Database) {
    this.#storage = storage;
    this.#db = db;
    storage.sql.exec(
      `create table if not exists own_fences (
         id text primary key, name text not null, fence text not null, side text not null
       ) without rowid`,
    );
  }

  /** The fences in the record have changed: the next fix is checked against those. */
  changed(): void {
    this.#storage.kv.put('fences_version', this.#version() + 1);
    this.#loadedOrTriedAt = Number.NEGATIVE_INFINITY;
  }

  /** Moves every fence on by one trusted fix, and says which were crossed. */
  async check(userId: string, fix: Fix, now: Date): Promise<Crossing[]> {
    await this.#beUpToDate(userId, now);
    return this.#rows().flatMap((row): Crossing[] => {
      const { state, crossed } = advanceGeofence(row.side, JSON.parse(row.fence), fix);
      if (state !== row.side) {
        this.#storage.sql.exec('update own_fences set side = ? where id = ?', state, row.id);
      }
      if (!crossed) return [];
      const name = crossed === 'entered' ? 'location:geofence_entered' : 'location:geofence_exited';
      return [{ name, data: { geofenceId: row.id, name: row.name } }];
    });
  }

  /** One load at a time; whoever comes meanwhile waits for it, so that fixes keep their order. */
  async #beUpToDate(userId: string, now: Date): Promise<void> {
    if (!this.#loading) {
      if (this.#storage.kv.get<number>('fences_loaded') === this.#version()) return;
      if (now.getTime() - this.#loadedOrTriedAt < LOAD_SPACING_MS) return;
      this.#loadedOrTriedAt = now.getTime();
      this.#loading = this.#load(userId).finally(() => {
        this.#loading = null;
      });
    }
    await this.#loading;
  }

  async #load(userId: string): Promise<void> {
    const version = this.#version();
    const fences = await geofencesOf(this.#db, userId);
    const sides = new Map(this.#rows().map(({ id, side }) => [id, side]));
    this.#storage.sql.exec('delete from own_fences');
    for (const { id, name, fence } of fences) this.#keep({ id, name, fence }, sides.get(id) ?? 'unknown');
    // A change that came meanwhile has raised the version, so the record is read once more.
    this.#storage.kv.put('fences_loaded', version);
  }

  #keep({ id, name, fence }: Pick<OwnGeofence, 'id' | 'name' | 'fence'>, side: GeofenceSide): void {
    this.#storage.sql.exec(
      'insert into own_fences values (?, ?, ?, ?)',
      id,
      name,
      JSON.stringify(fence),
      side,
    );
  }

  #version(): number {
    return this.#storage.kv.get<number>('fences_version') ?? 0;
  }

  #rows(): FenceRow[] {
    return this.#storage.sql.exec<FenceRow>('select * from own_fences').toArray();
  }
}
