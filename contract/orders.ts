import * as z from 'zod';
import { APPLICATION_STATUSES, ORDER_LIMITS, ORDER_STATUSES } from '#domain/orders/order.ts';
import { DISPUTE_OUTCOMES } from '#domain/orders/order-events.ts';
import type { ApplicationView, OrderView } from '#domain/orders/order-view.ts';
import { payment, paymentMethodId } from './payments.ts';
import {
  amount,
  coordinates,
  currency,
  cursor,
  id,
  page,
  queryInteger,
  queryLatitude,
  queryLongitude,
  text,
  time,
} from './primitives.ts';

export const orderStatus = z.enum(ORDER_STATUSES).meta({ id: 'OrderStatus' });

const unique = (items: string[]) => new Set(items).size === items.length;

const draft = z.strictObject({
  title: text(ORDER_LIMITS.titleLength),
  description: text(ORDER_LIMITS.descriptionLength).nullable(),
  location: z.strictObject({
    ...coordinates.shape,
    address: text(ORDER_LIMITS.addressLength).nullable().optional(),
    locality: text(ORDER_LIMITS.localityLength)
      .nullable()
      .optional()
      .meta({ description: 'The part of the address that everyone may read, such as the town' }),
  }),
  serviceRadius: z.int().min(ORDER_LIMITS.serviceRadius.min).max(ORDER_LIMITS.serviceRadius.max),
  baseAmount: amount,
  currency,
  scheduledFor: time.nullable(),
  requirements: z.array(text(ORDER_LIMITS.requirementLength)).max(ORDER_LIMITS.requirements),
  tags: z
    .array(text(ORDER_LIMITS.tagLength).toLowerCase())
    .max(ORDER_LIMITS.tags)
    .refine(unique, 'must not repeat'),
});

export const createOrderBody = draft
  .partial({
    description: true,
    serviceRadius: true,
    currency: true,
    scheduledFor: true,
    requirements: true,
    tags: true,
  })
  .meta({ id: 'CreateOrderBody' });

export const editOrderBody = draft
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .meta({ id: 'EditOrderBody' });

export const order = z
  .object({
    id,
    creatorId: id,
    providerId: id.nullable(),
    title: z.string(),
    description: z.string().nullable(),
    location: z.object({
      latitude: z.number(),
      longitude: z.number(),
      address: z.string().nullable(),
      locality: z.string().nullable(),
      precision: z.enum(['exact', 'cell']).meta({
        description: 'cell: the coordinates are the centre of the H3 resolution 8 cell that holds the place',
      }),
    }),
    serviceRadius: z.int(),
    baseAmount: z.number(),
    agreedAmount: z.number().nullable(),
    accepting: z
      .boolean()
      .meta({ description: 'An application is just being accepted, its payment under way' }),
    currency: z.string(),
    status: orderStatus,
    liveShowId: id.nullable().meta({ description: 'Its live show, from being accepted on' }),
    version: z.int().meta({ description: 'The seq of the last event' }),
    scheduledFor: time.nullable(),
    acceptedAt: time.nullable(),
    arrivalDueAt: time
      .nullable()
      .meta({ description: 'When the accepted provider said they would be there' }),
    startedAt: time.nullable(),
    completedAt: time.nullable(),
    cancelledAt: time.nullable(),
    releasedAt: time.nullable(),
    requirements: z.array(z.string()),
    tags: z.array(z.string()),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Order' }) satisfies z.ZodType<OrderView>;

export const orderAnswer = z.object({ order });
export const orderPage = page(order);

export const orderListQuery = z.object({
  status: orderStatus.optional(),
  role: z.enum(['creator', 'provider']).optional(),
  tag: text(ORDER_LIMITS.tagLength).toLowerCase().optional(),
  cursor: cursor.optional(),
  limit: queryInteger(1, 100, 20),
});

export const nearbyOrdersQuery = z.object({
  latitude: queryLatitude,
  longitude: queryLongitude,
  radius: queryInteger(1, 50_000, 5_000),
  limit: queryInteger(1, 100, 20),
});

export const nearbyOrder = order
  .extend({ distanceMeters: z.number(), creatorName: z.string() })
  .meta({ id: 'NearbyOrder' });
export const nearbyOrders = z.object({ items: z.array(nearbyOrder) });

export const applyBody = z
  .strictObject({
    message: text(ORDER_LIMITS.messageLength).nullable().optional(),
    proposedAmount: amount.nullable().optional(),
    estimatedArrival: time.nullable().optional(),
  })
  .meta({ id: 'ApplyBody' });

export const application = z
  .object({
    id,
    orderId: id,
    providerId: id,
    message: z.string().nullable(),
    proposedAmount: z.number().nullable(),
    currency: z.string(),
    estimatedArrival: time.nullable(),
    distanceMeters: z.number().nullable(),
    status: z.enum(APPLICATION_STATUSES),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Application' }) satisfies z.ZodType<ApplicationView>;
export const applicationAnswer = z.object({ application });

/** For the creator each application comes with who applies and how well they rank (0 to 1, best first). */
export const rankedApplication = application
  .extend({
    provider: z.object({
      id,
      username: z.string(),
      rating: z.number().nullable(),
      ratingCount: z.int(),
      completedOrders: z.int(),
    }),
    score: z.number(),
  })
  .meta({ id: 'RankedApplication' });
export const rankedApplications = z.object({ items: z.array(rankedApplication) });

/** Which of the caller's saved cards is to pay. */
const ownCard = paymentMethodId
  .optional()
  .meta({ description: 'One of your saved cards; left out: the one that you saved last' });

export const acceptBody = z
  .strictObject({ applicationId: id, paymentMethodId: ownCard })
  .meta({ id: 'AcceptBody' });

export const payBody = z.strictObject({ paymentMethodId: ownCard }).meta({ id: 'PayBody' });

export const cardAnswer = z.object({ order, payment });
export type CardAnswer = z.infer<typeof cardAnswer>;

export const reasonBody = z
  .strictObject({ reason: text(ORDER_LIMITS.reasonLength).nullable().optional() })
  .meta({ id: 'ReasonBody' });

export const resolveBody = z
  .strictObject({
    outcome: z.enum(DISPUTE_OUTCOMES),
    providerShare: amount
      .optional()
      .meta({ description: "The provider's gross share of a split, in major units" }),
    reason: text(ORDER_LIMITS.reasonLength).nullable().optional(),
  })
  .meta({ id: 'ResolveBody' });

export const ratingBody = z
  .strictObject({
    rating: z.int().min(1).max(5),
    comment: text(ORDER_LIMITS.commentLength).nullable().optional(),
  })
  .meta({ id: 'RatingBody' });

export const track = z
  .object({
    type: z.literal('Feature'),
    geometry: z
      .object({ type: z.literal('LineString'), coordinates: z.array(z.array(z.number())) })
      .nullable(),
    properties: z.looseObject({ times: z.array(time) }),
  })
  .meta({ id: 'Track', description: 'GeoJSON (RFC 7946); times[i] belongs to coordinates[i]' });

export type CreateOrderBody = z.infer<typeof createOrderBody>;
export type EditOrderBody = z.infer<typeof editOrderBody>;
export type NearbyOrder = z.infer<typeof nearbyOrder>;
export type RankedApplication = z.infer<typeof rankedApplication>;
