import { doublePrecision, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { Polygon } from '#domain/geo/geojson.ts';
import { moment } from './dates.ts';
import { geographyPoint } from './geography.ts';
import { users } from './users.ts';

/** A person's own fences: a circle (`center`, `radius` in metres) or a GeoJSON polygon. */
export const geofences = pgTable(
  'geofences',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    center: geographyPoint('center'),
    radius: doublePrecision('radius'),
    polygon: jsonb('polygon').$type<Polygon>(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [index('geofences_user').on(table.userId, table.id)],
);
