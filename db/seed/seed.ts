import { createHash } from 'node:crypto';
import { and, eq, gt, inArray } from 'drizzle-orm';
import { v7 } from 'uuid';
import { deadlineOf } from '#domain/orders/deadlines.ts';
import { decide } from '#domain/orders/decide.ts';
import type { Database } from '../client.ts';
import { databaseFailure } from '../queries/database-errors.ts';
import { commitDecision, EVENT_SEQ_TAKEN } from '../queries/order-commit.ts';
import { liveStreamOrders, users } from '../schema/index.ts';
import { DEMO_ORDERS, type DemoOrder } from './demo-orders.ts';
import { DEMO_PEOPLE, type DemoPerson } from './demo-people.ts';

/** `DEMO_PASSWORD` under scrypt (N=2^14, r=8, p=5), made once: a salt only matters where a password is secret. */
const DEMO_PASSWORD_HASH =
  '$scrypt$ln=14,r=8,p=5$bDiqnh3FGRlS1soUp8elxw$Jqavvk+l/QtsfX8qWPLIQ/zVewgsvEvkDqCD+UoBRwc';

/** An order that ends sooner than this is as good as gone. */
const STILL_OPEN_FOR_MS = 3_600_000;

const DAY_MS = 86_400_000;

/**
 * Puts the demo people and their open orders into the record. Whoever or whatever is there already stays as it is; an
 * order that has run its course comes again the next day, so that there is always something on the map.
 * @throws in production, where everyone would know the password
 */
export async function seed(db: Database, environment: string, now: Date): Promise<void> {
  if (environment === 'production') throw new Error('demo people are not for production');
  await db
    .insert(users)
    .values(DEMO_PEOPLE.map((person) => rowOf(person, now)))
    .onConflictDoNothing();
  const open = await openDemoOrders(db, now);
  for (const { person, order } of await missingOrders(db, open)) await place(db, person, order, now);
}

function rowOf({ home: _, ...person }: DemoPerson, now: Date): typeof users.$inferInsert {
  return {
    ...person,
    passwordHash: DEMO_PASSWORD_HASH,
    verificationStatus: person.role === 'provider' || person.role === 'both' ? 'verified' : null,
    lastActiveAt: now,
    createdAt: now,
    updatedAt: now,
  };
}

/** `<creator's id> <title>` of each demo order that is open and will be for a while. */
async function openDemoOrders(db: Database, now: Date): Promise<Set<string>> {
  const rows = await db
    .select({ creatorId: liveStreamOrders.creatorId, title: liveStreamOrders.title })
    .from(liveStreamOrders)
    .where(
      and(
        inArray(
          liveStreamOrders.creatorId,
          DEMO_PEOPLE.map(({ id }) => id),
        ),
        eq(liveStreamOrders.status, 'pending'),
        gt(liveStreamOrders.deadlineAt, new Date(now.getTime() + STILL_OPEN_FOR_MS)),
      ),
    );
  return new Set(rows.map(({ creatorId, title }) => `${creatorId} ${title}`));
}

/** Someone may have registered under a demo person's name before: then there is no such person to have orders. */
async function missingOrders(
  db: Database,
  open: Set<string>,
): Promise<{ person: DemoPerson; order: DemoOrder }[]> {
  const ids = DEMO_PEOPLE.map(({ id }) => id);
  const rows = await db.select({ id: users.id }).from(users).where(inArray(users.id, ids));
  const present = new Set(rows.map(({ id }) => id));
  return DEMO_ORDERS.flatMap((order) => {
    const person = DEMO_PEOPLE.find(({ username }) => username === order.creator);
    if (!person || !present.has(person.id) || open.has(`${person.id} ${order.draft.title}`)) return [];
    return [{ person, order }];
  });
}

/**
 * Places an order as its creator's command would: with its event, and owing that it be announced, which the sweeper
 * finds. Its id is that of this day's one, so that two seedings place it once.
 */
async function place(db: Database, person: DemoPerson, { slug, draft }: DemoOrder, now: Date): Promise<void> {
  const orderId = idOfDay(`order ${slug}`, now);
  const actor = { kind: 'person', userId: person.id, role: person.role } as const;
  const verdict = decide(null, { name: 'create', orderId, draft }, actor, now);
  if (!verdict.ok) throw new Error(`demo order ${slug}: ${verdict.error.message}`);
  const decision = verdict.value;
  const deadlineAt = deadlineOf(decision.state)?.at ?? null;
  try {
    await commitDecision(db, {
      commandId: idOfDay(`command ${slug}`, now),
      decision,
      deadlineAt,
      answer: null,
    });
  } catch (error) {
    const failure = databaseFailure(error);
    if (failure?.kind !== 'constraint' || failure.constraint !== EVENT_SEQ_TAKEN) throw error;
  }
}

/** A UUIDv7 of the day's beginning whose random part follows from `name`. */
function idOfDay(name: string, now: Date): string {
  const msecs = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  return v7({ msecs, seq: 0, random: createHash('sha256').update(name).digest().subarray(0, 16) });
}
