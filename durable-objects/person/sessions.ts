import type { Database } from '#db/client.ts';
import { readSession } from '#db/queries/sessions.ts';
import type { Plan } from '#domain/people/limits.ts';
import type { Role } from '#domain/people/roles.ts';
import type { VerificationStatus } from '#domain/people/verification.ts';
import { SESSION_SECONDS } from '../refresh-token.ts';

/** What the record says of a person; `verificationStatus` is null when they never asked. */
export type Account = { role: Role; plan: Plan; verificationStatus: VerificationStatus | null };

/** Word of a change may get lost, and the command line sends none: after so long the record is asked again. */
const ACCOUNT_MAX_AGE_MS = 5 * 60_000;

type HeldAccount = Account & { readAt: Date };

/**
 * The person's sessions as far as they are known here, and what the person is. The record is read once a session;
 * from then on every request is answered from here, and the end of a session is known in the same instant.
 */
export class Sessions {
  readonly #storage: DurableObjectStorage;
  readonly #db: Database;
  readonly #now: () => Date;
  /** Counts what made the held account void, so that a read that began before does not bring it back. */
  #voided = 0;

  constructor(storage: DurableObjectStorage, db: Database, now: () => Date) {
    this.#storage = storage;
    this.#db = db;
    this.#now = now;
    storage.sql.exec(
      `create table if not exists sessions (
         id text primary key, expires_at integer not null, ended integer not null
       ) without rowid`,
    );
  }

  /** What the person is, or null when this session does not live. Asks the record only about what is not known yet. */
  async account(userId: string, sessionId: string): Promise<Account | null> {
    const session = this.#session(sessionId);
    if (session && !this.#lives(session)) return null;
    const held = this.#held();
    if (session && held) return held;
    return this.read(userId, sessionId);
  }

  /** Whether what is held was read so long ago that the record should be asked again. */
  isOutdated(): boolean {
    const held = this.#held();
    return held !== undefined && this.#now().getTime() - held.readAt.getTime() > ACCOUNT_MAX_AGE_MS;
  }

  /** Reads a session and its person from the record, and holds what it says. Null when the session does not live. */
  async read(userId: string, sessionId: string): Promise<Account | null> {
    const voided = this.#voided;
    const found = await readSession(this.#db, userId, sessionId);
    if (!found) return null;
    const { role, plan, verificationStatus, endedAt, expiresAt } = found;
    // What has ended here meanwhile stays ended: the end reaches the record first, but this may have been read before.
    this.#storage.sql.exec(
      `insert into sessions values (?, ?, ?)
       on conflict do update set ended = max(ended, excluded.ended), expires_at = excluded.expires_at`,
      sessionId,
      expiresAt.getTime(),
      endedAt === null ? 0 : 1,
    );
    const session = this.#session(sessionId);
    if (!session || !this.#lives(session)) return null;
    const account = { role, plan, verificationStatus };
    if (voided === this.#voided) this.#storage.kv.put('account', { ...account, readAt: this.#now() });
    return account;
  }

  /** Holds that these have ended, whether or not they were known. */
  end(sessionIds: readonly string[]): void {
    const now = this.#now().getTime();
    for (const id of sessionIds) {
      this.#storage.sql.exec(
        'insert into sessions values (?, ?, 1) on conflict do update set ended = 1',
        id,
        now + SESSION_SECONDS * 1_000,
      );
    }
    this.#storage.sql.exec('delete from sessions where expires_at <= ?', now);
  }

  /** Role, plan or verification have changed: whoever asks next gets them from the record. */
  forgetAccount(): void {
    this.#voided += 1;
    this.#storage.kv.delete('account');
  }

  #held(): HeldAccount | undefined {
    return this.#storage.kv.get<HeldAccount>('account');
  }

  #session(id: string): { ended: number; expires_at: number } | undefined {
    return this.#storage.sql
      .exec<{ ended: number; expires_at: number }>('select ended, expires_at from sessions where id = ?', id)
      .toArray()[0];
  }

  #lives({ ended, expires_at }: { ended: number; expires_at: number }): boolean {
    return ended === 0 && expires_at > this.#now().getTime();
  }
}
