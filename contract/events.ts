import * as z from 'zod';
import { NOTICE_KINDS } from '#domain/orders/effects.ts';
import { ORDER_LIMITS } from '#domain/orders/order.ts';
import { DISPUTE_OUTCOMES, type OrderEventData, PAYMENT_TROUBLES } from '#domain/orders/order-events.ts';
import { CHARGEBACK_STATES } from '#domain/payments/payment.ts';
import { errorBody } from './envelope.ts';
import { order, orderStatus } from './orders.ts';
import { fixBody } from './places.ts';
import { coordinates, id, text, time } from './primitives.ts';

/**
 * Every message on every socket. Server to client: `{ seq?, event, data, at }`; client to server: `{ id, event, data }`,
 * answered by `{ reply: id, ok, data | error }`. Durable events have a `seq`, the others are of their moment only.
 */

const caused = { by: id.nullable(), status: orderStatus };

const paid = { ...caused, paymentId: id, amount: z.number(), currency: z.string() };

/** The events of an order's log. */
export const orderEvents = {
  'order:created': z.object({ ...caused, title: z.string() }),
  'order:updated': z.object({ ...caused, changed: z.array(z.string()) }),
  'order:applied': z.object({
    ...caused,
    applicationId: id,
    providerId: id,
    proposedAmount: z.number().nullable(),
  }),
  'order:application_withdrawn': z.object({ ...caused, applicationId: id, providerId: id }),
  'order:accepted': z.object({
    ...caused,
    applicationId: id,
    providerId: id,
    agreedAmount: z.number(),
    currency: z.string(),
  }),
  'order:started': z.object({
    ...caused,
    verification: z.enum(['verified', 'unverified']),
    distanceMeters: z.number(),
  }),
  'order:completed': z.object({ ...caused, reason: z.string().nullable() }),
  'order:cancelled': z.object({ ...caused, reason: z.string().nullable(), fee: z.number().nullable() }),
  'order:disputed': z.object({ ...caused, reason: z.string().nullable() }),
  'order:resolved': z.object({
    ...caused,
    outcome: z.enum(DISPUTE_OUTCOMES),
    providerShare: z.number().nullable(),
    reason: z.string().nullable(),
  }),
  'order:released': z.object({ ...caused, unpaid: z.boolean() }),
  'order:rated': z.object({ ...caused, raterId: id, rateeId: id, rating: z.int() }),
  'payment:processing': z.object({ ...paid, requiresAction: z.boolean() }),
  'payment:authorized': z.object(paid),
  'payment:completed': z.object(paid),
  'payment:failed': z.object({ ...paid, reason: z.enum(PAYMENT_TROUBLES) }),
  'payment:cancelled': z.object(paid),
  'payment:refunded': z.object(paid),
  'payment:refund_failed': z.object(paid),
  'payment:transferred': z.object(paid),
  'payment:chargeback': z.object({ ...paid, state: z.enum(CHARGEBACK_STATES) }),
  'payment:reconciled': z.object(paid),
  'message:received': z.object({ ...caused, text: z.string() }),
  'location:geofence_entered': z.object({ ...caused, distanceMeters: z.number() }),
  'location:geofence_exited': z.object({ ...caused, distanceMeters: z.number() }),
} satisfies { [N in keyof OrderEventData]: z.ZodType<OrderEventData[N]> };

/** A provider's position as the room shows it. `etaSeconds` is null when it cannot be told. */
export const providerPosition = z
  .object({
    providerId: id,
    ...coordinates.shape,
    heading: z.number().nullable(),
    speed: z.number().nullable(),
    accuracy: z.number().nullable(),
    at: time,
    distanceMeters: z.number(),
    etaSeconds: z.number().nullable(),
  })
  .meta({ id: 'ProviderPosition' });

/** Someone present in a room. */
export const presence = z.object({ userId: id, relation: z.enum(['creator', 'provider', 'admin']) });

/** The events of a room that are of their moment only. */
export const roomEvents = {
  'location:updated': providerPosition,
  'location:stale': z.object({ providerId: id, lastAt: time }),
  'room:snapshot': z.object({
    order,
    through: z.int(),
    position: providerPosition.nullable(),
    present: z.array(presence),
  }),
  'room:resumed': z.object({
    through: z.int(),
    position: providerPosition.nullable(),
    present: z.array(presence),
  }),
  'room:joined': presence,
  'room:left': presence,
};

/** What reaches a person wherever they are, on their own socket. Notices and offers have a `seq` of the person's own log. */
export const personEvents = {
  'offer:created': z.object({ order, distanceMeters: z.number() }),
  'offer:withdrawn': z.object({ orderId: id }),
  notice: z.object({ about: z.enum(NOTICE_KINDS), orderId: id, orderSeq: z.int() }),
  'location:geofence_entered': z.object({ geofenceId: id, name: z.string() }),
  'location:geofence_exited': z.object({ geofenceId: id, name: z.string() }),
  'room:resumed': z.object({ through: z.int() }),
};

/** What a client may send on a room's socket. */
export const roomRequests = {
  'location:update': fixBody,
  'message:send': z.strictObject({ text: text(ORDER_LIMITS.messageLength) }),
  'auth:refresh': z.strictObject({ accessToken: z.string().min(1).max(4_000) }),
};

/** What a client may send on its person's socket. */
export const personRequests = {
  'location:update': fixBody,
  'auth:refresh': roomRequests['auth:refresh'],
};

/** The frame around every request; `data` is checked by the event's own schema. */
export const requestFrame = z.strictObject({
  id: z.union([z.string().min(1).max(64), z.int()]),
  event: z.string().max(64),
  data: z.unknown(),
});

export const replyFrame = z.object({
  reply: z.union([z.string(), z.number()]).nullable(),
  ok: z.boolean(),
  data: z.unknown().optional(),
  error: errorBody.optional(),
});

export const eventFrame = z.object({
  seq: z.int().optional(),
  event: z.string(),
  data: z.unknown(),
  at: time,
});

/** One event of `GET /orders/{orderId}/events`. */
export const loggedEvent = z
  .object({ seq: z.int(), event: z.string(), data: z.unknown(), at: time })
  .meta({ id: 'LoggedEvent' });
export const eventList = z.object({ items: z.array(loggedEvent) });

/** The most that one frame from a client may hold, in bytes. */
export const MAX_FRAME_BYTES = 8_192;

type DataOf<T extends Record<string, z.ZodType>> = { [N in keyof T]: z.infer<T[N]> };
export type RoomEventData = DataOf<typeof roomEvents>;
export type PersonEventData = DataOf<typeof personEvents>;
export type RoomRequestData = DataOf<typeof roomRequests>;
export type ProviderPosition = z.infer<typeof providerPosition>;
export type Presence = z.infer<typeof presence>;
export type EventFrame<D = unknown> = { seq?: number; event: string; data: D; at: string };
export type RequestFrame = z.infer<typeof requestFrame>;
export type ReplyFrame = z.infer<typeof replyFrame>;
