import { and, eq, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { v7 as uuidv7 } from 'uuid';
import type { Decision } from '#domain/orders/decision.ts';
import type { Database } from '../client.ts';
import { liveStreamOrders, orderApplications, orderEffects, orderEvents, ratings } from '../schema/index.ts';
import { completeIdempotency, type IdempotencyRef } from './idempotency.ts';
import { moneyStatements } from './money.ts';
import { rowFromOrder } from './order-rows.ts';
import type { OwedEffect } from './order-state.ts';

/** Constraints whose violation tells a room what became of its command. */
export const EVENT_SEQ_TAKEN = 'order_events_pkey';
export const COMMAND_DONE_BEFORE = 'order_events_command';

/** A decided command, ready for the record. */
export type Commit = {
  commandId: string;
  decision: Decision;
  deadlineAt: Date | null;
  /** Completes the caller's Idempotency-Key in the same transaction. */
  answer: { ref: IdempotencyRef; status: number; data: unknown } | null;
};

/**
 * Writes a decision in one transaction. The event comes first: its key is the compare-and-set, so that a command which
 * lost the race, or was sent twice, changes nothing at all.
 */
export async function commitDecision(db: Database, commit: Commit): Promise<void> {
  const { event, state, changed, effects } = commit.decision;
  const { order } = state;
  const at = order.updatedAt;
  const row = rowFromOrder(order, commit.deadlineAt);
  const { id: _, ...columns } = row;

  const statements: [BatchItem<'pg'>, ...BatchItem<'pg'>[]] = [
    db.insert(orderEvents).values({
      orderId: order.id,
      seq: order.version,
      commandId: commit.commandId,
      name: event.name,
      data: event.data,
      at,
    }),
    event.name === 'order:created'
      ? db.insert(liveStreamOrders).values(row)
      : db.update(liveStreamOrders).set(columns).where(eq(liveStreamOrders.id, order.id)),
  ];
  if (changed.money) {
    const newTransactionId = () => uuidv7({ msecs: at.getTime() });
    statements.push(...moneyStatements(db, { ...changed.money, at, newTransactionId }));
  }
  if (changed.applications.length > 0) {
    statements.push(
      db
        .insert(orderApplications)
        .values(changed.applications)
        .onConflictDoUpdate({
          target: orderApplications.id,
          set: { status: sql`excluded.status`, updatedAt: sql`excluded.updated_at` },
        }),
    );
  }
  if (changed.rating) statements.push(db.insert(ratings).values(changed.rating));
  statements.push(
    db.insert(orderEffects).values(
      effects.map((effect, position) => ({
        orderId: order.id,
        seq: order.version,
        position,
        effect,
        createdAt: at,
      })),
    ),
  );
  if (commit.answer) statements.push(completeIdempotency(db, commit.answer));
  await db.batch(statements);
}

/** Marks effects as carried out. Harmless twice. */
export async function markEffectsDone(
  db: Database,
  orderId: string,
  done: Pick<OwedEffect, 'seq' | 'position'>[],
  at: Date,
): Promise<void> {
  if (done.length === 0) return;
  const places = sql.join(
    done.map(({ seq, position }) => sql`(${seq}::int, ${position}::int)`),
    sql`, `,
  );
  await db
    .update(orderEffects)
    .set({ doneAt: at })
    .where(
      and(
        eq(orderEffects.orderId, orderId),
        sql`(${orderEffects.seq}, ${orderEffects.position}) in (${places})`,
      ),
    );
}
