import { timestamp } from 'drizzle-orm/pg-core';

/** A column for an instant, to the millisecond that a Date has. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 });

/** Every row that people make says when. Set by the app, whose clock is the injected one. */
export const lifecycle = {
  createdAt: moment('created_at').notNull(),
  updatedAt: moment('updated_at').notNull(),
};
