import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { moment } from './dates.ts';
import { geographyPoint } from './geography.ts';
import { users } from './users.ts';

/** Where available providers are, for the map: blurred already, so that nobody can measure more exactly than a cell. */
export const providerLocations = pgTable(
  'provider_locations',
  {
    userId: uuid('user_id')
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** H3 index, resolution 8, and its centre. */
    cell: text('cell').notNull(),
    blurredPoint: geographyPoint('blurred_point').notNull(),
    /** Moves are numbered by their person; an older one never overwrites a newer. */
    move: integer('move').notNull(),
    /** Null when not available; otherwise the end of the lease. */
    availableUntil: moment('available_until'),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    index('provider_locations_nearby')
      .using('gist', table.blurredPoint)
      .where(sql`${table.availableUntil} is not null`),
  ],
);
