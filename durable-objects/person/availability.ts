import type { Database } from '#db/client.ts';
import { hideProvider, saveProviderLocation } from '#db/queries/provider-locations.ts';
import { blur, matchingCell } from '#domain/geo/cells.ts';
import type { Fix } from '#domain/tracking/fix.ts';
import { AVAILABILITY_ENDS_AFTER_MS, LEASE_MS, LEASE_RENEW_MS } from '#domain/tracking/policy.ts';
import type { Env } from '../env.ts';
import type { OpenOrder } from '../geo-cell/open-order.ts';
import { logFailure } from '../log.ts';
import type { NamedAlarms } from '../realtime/named-alarms.ts';
import { geoCell } from '../stubs.ts';
import { within } from '../within.ts';
import type { Standing } from './standing.ts';

/** The alarm that renews an available person's lease when no fix does, and ends the availability. */
export type AvailabilityAlarm = 'availability';

/** Where a place was last told, when, and whether it was heard. */
type Told = { cell: string; at: Date; heard: boolean };

/** Kept while the person is available. */
type Whereabouts = { lease: Told | null; map: Told | null };

/** One who walks along a cell's border, or whose word is not heard, says it again no sooner than this. */
const SPACING_MS = 5_000;

/** Without fixes the lease is renewed by the alarm, well before it runs out. */
const SILENT_RENEW_MS = 60_000;

/** Moves count seconds from here: so a person whose storage was lost does not start below what others remember. */
const MOVES_SINCE = Date.UTC(2020, 0, 1);

type Context = {
  env: Env;
  db: Database;
  kv: SyncKvStorage;
  alarms: Pick<NamedAlarms<AvailabilityAlarm>, 'set' | 'clear'>;
  standing: Standing;
  now: () => Date;
  lastFix: () => Fix | null;
  /** An open order that reaches the person where they are now. */
  reached: (order: OpenOrder, fix: Fix) => void;
};

/**
 * Whether the person takes orders, and the word of it to the world: a lease in their matching cell, exact, for rooms;
 * and their blurred place in the record, for the map. Both run out by themselves, so a word that is lost mends itself.
 */
export class Availability {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** When availability ends unless another fix comes, or null when the person is not available. */
  until(): Date | null {
    return this.#whereabouts() ? this.#endsAt() : null;
  }

  /** Makes the person available from now on, and says it to the world. They must have a last fix. */
  async begin(userId: string): Promise<void> {
    const { kv } = this.#context;
    if (!this.#whereabouts()) kv.put<Whereabouts>('whereabouts', { lease: null, map: null });
    await this.follow(userId);
  }

  /** Says where the person is, as far as it is time to. Never throws: what was not heard is said again. */
  async follow(userId: string): Promise<void> {
    const { now, lastFix } = this.#context;
    const held = this.#whereabouts();
    const fix = lastFix();
    if (!held || !fix) return;
    const lease = matchingCell(fix);
    const map = blur(fix).cell;
    await Promise.all([
      isDue(held.lease, lease, now()) && this.#renewLease(userId, fix, held.lease, lease),
      isDue(held.map, map, now()) && this.#showOnMap(userId, fix, map),
    ]);
  }

  /** Ends availability and takes the word back. Harmless when there is none. Never throws. */
  async end(userId: string): Promise<void> {
    const { env, db, kv, alarms, now } = this.#context;
    const held = this.#whereabouts();
    if (!held) return;
    kv.delete('whereabouts');
    alarms.clear('availability');
    const move = this.#nextMove();
    // What does not hear of it forgets by itself when the lease runs out.
    await Promise.all([
      held.lease && this.#leave(env, held.lease.cell, userId, move),
      hideProvider(db, userId, move, now()).catch((error) =>
        logFailure('provider not taken off the map', {}, error),
      ),
    ]);
  }

  /** The alarm: ends availability when its time has come, and renews the lease of one who sends no fixes. */
  async enforce(userId: string): Promise<void> {
    if (!this.#whereabouts()) return;
    if (this.#endsAt() <= this.#context.now()) await this.end(userId);
    else {
      this.#setAlarm();
      await this.follow(userId);
    }
  }

  async #renewLease(userId: string, fix: Fix, held: Told | null, cell: string): Promise<void> {
    const { env, standing, reached } = this.#context;
    const move = this.#nextMove();
    this.#told('lease', cell, true);
    this.#setAlarm();
    try {
      const lease = {
        personId: userId,
        move,
        location: { latitude: fix.latitude, longitude: fix.longitude },
        standing: await standing.of(userId),
        until: this.#leaseEnd().getTime(),
      };
      const { orders } = await within(geoCell(env, cell).renew(cell, lease));
      // They may have stopped while the cell was asked.
      if (this.#whereabouts()) for (const order of orders) reached(order, fix);
    } catch (error) {
      this.#told('lease', cell, false);
      logFailure('lease not renewed', { cell }, error);
    }
    if (held && held.cell !== cell) await this.#leave(env, held.cell, userId, move);
  }

  async #showOnMap(userId: string, fix: Fix, cell: string): Promise<void> {
    const { db, now } = this.#context;
    const move = this.#nextMove();
    this.#told('map', cell, true);
    try {
      const location = { place: blur(fix), move, availableUntil: this.#leaseEnd() };
      await saveProviderLocation(db, userId, location, now());
    } catch (error) {
      this.#told('map', cell, false);
      logFailure('provider not shown on the map', {}, error);
    }
  }

  async #leave(env: Env, cell: string, userId: string, move: number): Promise<void> {
    await within(geoCell(env, cell).leave(cell, userId, move)).catch((error) =>
      logFailure('cell not left', { cell }, error),
    );
  }

  #whereabouts(): Whereabouts | null {
    return this.#context.kv.get<Whereabouts>('whereabouts') ?? null;
  }

  /** Written before the word goes out, so that fixes which come meanwhile do not say it again. */
  #told(what: keyof Whereabouts, cell: string, heard: boolean): void {
    const held = this.#whereabouts();
    if (!held) return;
    this.#context.kv.put<Whereabouts>('whereabouts', {
      ...held,
      [what]: { cell, at: this.#context.now(), heard },
    });
  }

  #setAlarm(): void {
    const { alarms, now } = this.#context;
    alarms.set(
      'availability',
      new Date(Math.min(now().getTime() + SILENT_RENEW_MS, this.#endsAt().getTime())),
    );
  }

  #endsAt(): Date {
    return new Date((this.#context.lastFix()?.at.getTime() ?? 0) + AVAILABILITY_ENDS_AFTER_MS);
  }

  #leaseEnd(): Date {
    return new Date(Math.min(this.#context.now().getTime() + LEASE_MS, this.#endsAt().getTime()));
  }

  #nextMove(): number {
    const { kv, now } = this.#context;
    const seconds = Math.floor((now().getTime() - MOVES_SINCE) / 1_000);
    const move = Math.max((kv.get<number>('move') ?? 0) + 1, seconds);
    kv.put('move', move);
    return move;
  }
}

/** Whether it is time to tell of being in `cell`: soon after a change, otherwise often enough for the lease. */
function isDue(told: Told | null, cell: string, now: Date): boolean {
  if (!told) return true;
  const settled = told.heard && told.cell === cell;
  return now.getTime() - told.at.getTime() >= (settled ? LEASE_RENEW_MS : SPACING_MS);
}
