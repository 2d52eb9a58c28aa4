import type { Database } from '#db/client.ts';
import type { Commit } from '#db/queries/order-commit.ts';
import type { OrderRecord } from '#db/queries/order-state.ts';
import type { PayeeFacts, PaymentStep } from '#domain/payments/payment.ts';
import type { Role } from '#domain/people/roles.ts';
import type { SimulatedRecord } from './record.ts';
import type { Life } from './turns.ts';

/** The record's queries, on a record in memory; each is one round trip, which may be lost on its way there or back. */
export const STEP_MOVED = 'payment_steps_version';
export const RECEIVABLE_TAKEN = 'payee_receivables_not_negative';
export const EVENT_SEQ_TAKEN = 'order_events_pkey';
export const COMMAND_DONE_BEFORE = 'order_events_command';

/** A room's way to the record. */
export type Connection = {
  record: SimulatedRecord;
  life: Life;
  /** Waits where others may come in between. Throws where the round trip is lost. */
  leg: (life: Life) => Promise<void>;
};

/** What a room takes for its database. */
export function asDatabase(connection: Connection): Database {
  // Only the queries below are ever given it.
  return connection as unknown as Database;
}

async function asked<T>(db: Database, answer: (record: SimulatedRecord) => T): Promise<T> {
  const { record, life, leg } = db as unknown as Connection; // made by `asDatabase`
  await leg(life);
  const answered = answer(record);
  await leg(life);
  return answered;
}

export function readOrderRecord(db: Database, orderId: string): Promise<OrderRecord> {
  return asked(db, (record) => ({ state: record.read(orderId), news: [], owed: [] }));
}

export function readCommandSeq(db: Database, orderId: string, commandId: string): Promise<number | null> {
  return asked(db, (record) => record.seqOf(orderId, commandId));
}

export function readCommandFacts(
  db: Database,
  { orderId, commandId, userId }: { orderId: string; commandId: string; userId: string },
): Promise<{ role: Role | null; doneAs: number | null }> {
  return asked(db, (record) => ({
    role: userId === ADMIN ? 'admin' : 'both',
    doneAs: record.seqOf(orderId, commandId),
  }));
}

/** The one person who is an admin; everybody else may create orders and carry them out. */
export const ADMIN = 'ada';

export function commitDecision(db: Database, commit: Commit): Promise<void> {
  return asked(db, (record) => record.commit(commit));
}

export function keepStep(db: Database, before: PaymentStep, after: PaymentStep): Promise<boolean> {
  return asked(db, (record) => record.keepStep(before, after));
}

export function readPayeeFacts(db: Database, payeeId: string, currency: string): Promise<PayeeFacts> {
  return asked(db, (record) => record.payeeFacts(payeeId, currency));
}

export function findCustomer(db: Database, userId: string): Promise<string | null> {
  return asked(db, (record) => record.customers.get(userId) ?? null);
}
