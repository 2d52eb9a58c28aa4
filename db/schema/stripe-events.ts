import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from './dates.ts';

/** The types of Stripe's objects that an order's payment is made of, as Stripe names them. */
export const PAYMENT_OBJECTS = ['payment_intent', 'charge', 'setup_intent', 'refund', 'dispute'] as const;
export type PaymentObject = (typeof PAYMENT_OBJECTS)[number];

/** By what an event's subject is found again. Ids only: nothing that Stripe says of a card is kept. */
export type StripeEventPointers = {
  /** Stripe's name of the type of the event's object, such as `payment_intent`. */
  objectType: string;
  /** The PaymentIntent or SetupIntent that the event's object is, or belongs to. */
  intentId: string | null;
  chargeId: string | null;
  /** The step that made the object, from its metadata. */
  stepId: string | null;
};

/** What Stripe told, each event once, also of types that mean nothing to us. `appliedAt` is null while its news may be unheard. */
export const stripeEvents = pgTable(
  'stripe_events',
  {
    id: text('id').primaryKey(),
    type: text('type').notNull(),
    /** The connected account that it happened on; null for the platform's own. */
    account: text('account'),
    objectId: text('object_id'),
    payload: jsonb('payload').$type<StripeEventPointers>().notNull(),
    receivedAt: moment('received_at').notNull(),
    appliedAt: moment('applied_at'),
    /** How often it was tried to apply it in vain. */
    attempts: integer('attempts').notNull(),
  },
  (table) => [
    index('stripe_events_received').on(table.receivedAt),
    index('stripe_events_unapplied').on(table.receivedAt).where(sql`${table.appliedAt} is null`),
  ],
);
