import { sql } from 'drizzle-orm';
import { index, pgEnum, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { PLANS } from '#domain/people/limits.ts';
import { ROLES } from '#domain/people/roles.ts';
import { VERIFICATION_STATUSES } from '#domain/people/verification.ts';
import { lifecycle, moment } from './dates.ts';

export const userRole = pgEnum('user_role', ROLES);
export const userPlan = pgEnum('user_plan', PLANS);
export const verification = pgEnum('verification', VERIFICATION_STATUSES);

/** People. Names and addresses are kept as they were written, and are unique in any case. */
export const users = pgTable(
  'users',
  {
    id: uuid('id').primaryKey(),
    username: text('username').notNull(),
    email: text('email').notNull(),
    /** A PHC string. */
    passwordHash: text('password_hash').notNull(),
    role: userRole('role').notNull(),
    plan: userPlan('plan').notNull().default('free'),
    displayName: text('display_name'),
    bio: text('bio'),
    avatarUrl: text('avatar_url'),
    languages: text('languages').array().notNull().default(sql`'{}'::text[]`),
    /** null: never asked. */
    verificationStatus: verification('verification_status'),
    lastActiveAt: moment('last_active_at').notNull(),
    ...lifecycle,
  },
  (table) => [
    uniqueIndex('users_username_key').on(sql`lower(${table.username})`),
    uniqueIndex('users_email_key').on(sql`lower(${table.email})`),
    index('users_verification_pending')
      .on(table.updatedAt)
      .where(sql`${table.verificationStatus} = 'pending'`),
  ],
);
