import { and, count, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import type { ProviderStanding } from '#domain/matching/ranking.ts';
import type { Database } from '../client.ts';
import { liveStreamOrders, orderApplications, orderEvents, ratings, users } from '../schema/index.ts';

/**
 * What the record says of these people as providers, in one query, by their ids; unknown ids are left out.
 *
 * An order counts as abandoned when its accepted provider cancelled it, or its deadline did because they never started
 * (`no_show`). Response is the median of the seconds between an order's creation and their application.
 */
export async function standingsOf(
  db: Database,
  userIds: readonly string[],
): Promise<Map<string, ProviderStanding & { username: string }>> {
  if (userIds.length === 0) return new Map();
  const ids = [...userIds];
  const rated = db
    .select({
      userId: ratings.rateeId,
      average: sql<number>`avg(${ratings.rating})::float8`.as('average'),
      count: count().as('rating_count'),
    })
    .from(ratings)
    .where(inArray(ratings.rateeId, ids))
    .groupBy(ratings.rateeId)
    .as('rated');
  const finished = db
    .select({
      userId: liveStreamOrders.providerId,
      completed: sql<number>`count(*) filter (where ${liveStreamOrders.status} = 'completed')::int`.as(
        'completed',
      ),
      abandoned: sql<number>`count(${orderEvents.seq})::int`.as('abandoned'),
    })
    .from(liveStreamOrders)
    .leftJoin(orderEvents, and(eq(orderEvents.orderId, liveStreamOrders.id), wasAbandoned()))
    .where(inArray(liveStreamOrders.providerId, ids))
    .groupBy(liveStreamOrders.providerId)
    .as('finished');
  const applied = db
    .select({
      userId: orderApplications.providerId,
      medianSeconds: sql<number>`percentile_cont(0.5) within group (
        order by extract(epoch from ${orderApplications.createdAt} - ${liveStreamOrders.createdAt})
      )`.as('median_seconds'),
    })
    .from(orderApplications)
    .innerJoin(liveStreamOrders, eq(liveStreamOrders.id, orderApplications.orderId))
    .where(inArray(orderApplications.providerId, ids))
    .groupBy(orderApplications.providerId)
    .as('applied');

  const rows = await db
    .select({
      id: users.id,
      username: users.username,
      ratingAverage: rated.average,
      ratingCount: rated.count,
      completedOrders: finished.completed,
      abandonedOrders: finished.abandoned,
      medianResponseSeconds: applied.medianSeconds,
    })
    .from(users)
    .leftJoin(rated, eq(rated.userId, users.id))
    .leftJoin(finished, eq(finished.userId, users.id))
    .leftJoin(applied, eq(applied.userId, users.id))
    .where(inArray(users.id, ids));
  return new Map(
    rows.map(({ id, ratingCount, completedOrders, abandonedOrders, ...rest }) => [
      id,
      {
        ...rest,
        ratingCount: ratingCount ?? 0,
        completedOrders: completedOrders ?? 0,
        abandonedOrders: abandonedOrders ?? 0,
      },
    ]),
  );
}

/** The event that ended an order by its provider's doing. Anyone may give "no_show" as a reason; only a deadline means it. */
function wasAbandoned() {
  const by = sql`${orderEvents.data} ->> 'by'`;
  return and(
    eq(orderEvents.name, 'order:cancelled'),
    eq(liveStreamOrders.status, 'cancelled'),
    or(
      eq(by, sql`${liveStreamOrders.providerId}::text`),
      and(isNull(by), eq(sql`${orderEvents.data} ->> 'reason'`, 'no_show')),
    ),
  );
}
