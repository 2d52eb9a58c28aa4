import { index, pgEnum, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';
import { INVITED_ROLES } from '#domain/live/live-roles.ts';
import { moment } from './dates.ts';
import { liveShows } from './live-shows.ts';
import { users } from './users.ts';

export const invitedRole = pgEnum('invited_role', INVITED_ROLES);

/** Whom a show's parties have invited, and as what. Written by the show's room alone. */
export const liveShowInvitations = pgTable(
  'live_show_invitations',
  {
    showId: uuid('show_id')
      .notNull()
      .references(() => liveShows.id),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id),
    role: invitedRole('role').notNull(),
    invitedBy: uuid('invited_by')
      .notNull()
      .references(() => users.id),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'live_show_invitations_pkey', columns: [table.showId, table.userId] }),
    index('live_show_invitations_user').on(table.userId, table.showId),
  ],
);
