import { and, eq, sql } from 'drizzle-orm';
import type { Rating } from '#domain/orders/order.ts';
import type { Database } from '../client.ts';
import { ratings } from '../schema/index.ts';
import { type Cursor, MOST_COUNTED, type Page, pageConditions, pageOf } from './cursors.ts';
import { ratingFromRow } from './order-rows.ts';

/** A page of the ratings that somebody was given, newest first. */
export async function ratingsOf(
  db: Database,
  rateeId: string,
  { cursor, limit }: { cursor: Cursor | null; limit: number },
): Promise<Page<Rating>> {
  const given = eq(ratings.rateeId, rateeId);
  const page = pageConditions(ratings.id, cursor);
  const counted = db
    .select({ one: sql`1`.as('one') })
    .from(ratings)
    .where(given)
    .limit(MOST_COUNTED)
    .as('counted');
  const [rows, [total], behind] = await db.batch([
    db
      .select()
      .from(ratings)
      .where(and(given, page.items))
      .orderBy(...page.order)
      .limit(limit + 1),
    db.select({ count: sql<number>`count(*)::int` }).from(counted),
    db
      .select({ id: ratings.id })
      .from(ratings)
      .where(page.behind ? and(given, page.behind) : sql`false`)
      .limit(1),
  ]);
  return pageOf(rows.map(ratingFromRow), {
    limit,
    cursor,
    behind: behind.length > 0,
    totalCount: total?.count ?? 0,
  });
}
