import type { EventType, KeptEvent, State, Work } from './state.ts';
import { enqueue } from './webhooks/deliveries.ts';

/** The version whose shapes the simulator speaks: the installed SDK's. */
export const API_VERSION = '2026-10-28.endive';

export interface Settings {
  /** The platform's country; what its balance is kept in. */
  country: string;
  defaultCurrency: string;
  /** Currencies that the platform's balance holds; charges in others are converted. Null: whatever is charged. */
  settlementCurrencies: readonly string[] | null;
  /** Where the simulator's own pages are reached. */
  publicUrl: string;
}

/** What a request brought along that its events tell. */
export interface Cause {
  requestId: string | null;
  idempotencyKey: string | null;
}

const noCause: Cause = { requestId: null, idempotencyKey: null };

/** The simulated Stripe as its resources see it: state, time, chance, events. Everything on it is synchronous. */
export class World {
  readonly state: State;
  readonly settings: Settings;
  readonly #clock: () => number;
  readonly #random: () => number;
  #workingAt: number | null = null;
  #cause = noCause;

  /** @param clock milliseconds; @param random uniform in [0, 1) */
  constructor(state: State, settings: Settings, clock: () => number, random: () => number) {
    this.state = state;
    this.settings = settings;
    this.#clock = clock;
    this.#random = random;
  }

  /** Unix seconds. While scheduled work is done, the time that it was due. */
  now(): number {
    return this.#workingAt ?? this.clock();
  }

  /** Unix seconds, by the simulator's clock. */
  clock(): number {
    return Math.floor((this.#clock() + this.state.clockAheadMs) / 1000);
  }

  random(): number {
    return this.#random();
  }

  /** An id like Stripe's: a prefix, then letters and digits that never repeat. */
  id(prefix: string): string {
    this.state.sequence += 1;
    return `${prefix}_1Sim${this.state.sequence.toString(36).padStart(6, '0')}${this.secret(8)}`;
  }

  secret(length: number): string {
    let text = '';
    for (let i = 0; i < length; i += 1) text += base62[Math.floor(this.#random() * base62.length)];
    return text;
  }

  /** Whose object this is: an account's id. */
  ownerOf(id: string): string {
    return this.state.owners.get(id) ?? this.state.platform;
  }

  /** Puts a new object in its table. */
  add<T extends { readonly id: string }>(table: Map<string, T>, object: T, owner = this.state.platform): T {
    if (owner !== this.state.platform) this.state.owners.set(object.id, owner);
    table.set(object.id, Object.freeze(object));
    return object;
  }

  /** Puts a changed object in place of the one before. */
  change<T extends { readonly id: string }>(table: Map<string, T>, object: T, changes: Partial<T>): T {
    const changed = Object.freeze({ ...object, ...changes });
    table.set(object.id, changed);
    return changed;
  }

  /**
   * An event of the object's owner, with the object as it is now.
   * @param before the object as it was, for `*.updated` events to say what changed
   */
  emit<T extends { readonly id: string }>(type: EventType, object: T, before?: T): KeptEvent {
    // An account's events are its own, though the platform keeps the account.
    const owner = this.state.accounts.has(object.id) ? object.id : this.ownerOf(object.id);
    const event = this.add(
      this.state.events,
      {
        id: this.id('evt'),
        object: 'event',
        ...(owner === this.state.platform ? {} : { account: owner }),
        api_version: API_VERSION,
        created: this.now(),
        data: { object, ...(before ? { previous_attributes: changedFields(before, object) } : {}) },
        livemode: false,
        pending_webhooks: 0,
        request: { id: this.#cause.requestId, idempotency_key: this.#cause.idempotencyKey },
        type,
      },
      owner,
    );
    enqueue(this, event);
    return event;
  }

  /** Has work done after so many seconds of the simulator's clock. */
  later(seconds: number, work: Work): void {
    this.at(this.now() + seconds, work);
  }

  at(due: number, work: Work): void {
    const { schedule } = this.state;
    const before = schedule.findLastIndex((entry) => entry.due <= due);
    schedule.splice(before + 1, 0, { due, work });
  }

  /** Does what is due by the clock, each at its own time, oldest first. @returns how much there was */
  catchUp(does: (work: Work) => void): number {
    const { schedule } = this.state;
    let done = 0;
    for (let next = schedule[0]; next && next.due <= this.clock(); next = schedule[0]) {
      schedule.shift();
      this.#workingAt = next.due;
      try {
        does(next.work);
      } finally {
        this.#workingAt = null;
      }
      done += 1;
    }
    return done;
  }

  /** Does what was to wait and is chosen, now. @returns how much there was */
  hasten(chosen: (work: Work) => boolean, does: (work: Work) => void): number {
    const hastened = this.state.schedule.filter(({ work }) => chosen(work));
    for (const entry of hastened) {
      this.state.schedule.splice(this.state.schedule.indexOf(entry), 1);
      does(entry.work);
    }
    return hastened.length;
  }

  /** Acts in the name of a request: events tell of it. */
  because<T>(cause: Cause, act: () => T): T {
    this.#cause = cause;
    try {
      return act();
    } finally {
      this.#cause = noCause;
    }
  }
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The values that fields had before, where they differ. */
function changedFields(before: object, after: object): Record<string, unknown> {
  const now = new Map(Object.entries(after));
  return Object.fromEntries(Object.entries(before).filter(([name, value]) => now.get(name) !== value));
}
