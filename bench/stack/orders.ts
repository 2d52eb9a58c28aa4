import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { v7 as uuidv7 } from 'uuid';
import { rowFromOrder } from '#db/queries/order-rows.ts';
import { liveStreamOrders, orderEvents } from '#db/schema/index.ts';
import { blur } from '#domain/geo/cells.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import type { Order } from '#domain/orders/order.ts';
import type { OrderEvent } from '#domain/orders/order-events.ts';
import type { Person } from './people.ts';

/** Where the orders are; their providers begin a few kilometres away. */
export const PLACE: Coordinates = { latitude: 48.2082, longitude: 16.3738 };

/** How many things have happened on an order when its room is first opened. */
export const EVENTS = 23;

/** An order that `provider` is on the way to, as the record would hold it after some talk between the two. */
export async function insertAcceptedOrder(
  db: NodePgDatabase,
  creator: Person,
  provider: Person,
): Promise<string> {
  const now = new Date();
  const id = uuidv7();
  const order: Order = {
    id,
    creatorId: creator.id,
    providerId: provider.id,
    title: 'Show me the market square',
    description: 'Is the fountain running, and how long is the line at the ice cream parlour?',
    place: { ...PLACE, cell: blur(PLACE).cell, address: 'Stephansplatz 1', locality: 'Vienna' },
    serviceRadius: 5_000,
    baseAmount: 2500n,
    agreedAmount: 2500n,
    acceptingApplicationId: null,
    currency: 'EUR',
    status: 'accepted',
    version: EVENTS,
    scheduledFor: null,
    acceptedAt: now,
    startedAt: null,
    completedAt: null,
    cancelledAt: null,
    releasedAt: null,
    arrivalDueAt: null,
    requirements: [],
    tags: ['market'],
    createdAt: now,
    updatedAt: now,
  };
  await db.insert(liveStreamOrders).values(rowFromOrder(order, null));
  const events = eventsOf(order, creator, provider);
  await db.insert(orderEvents).values(
    events.map(({ name, data }, index) => ({
      orderId: id,
      seq: index + 1,
      commandId: uuidv7(),
      name,
      data,
      at: now,
    })),
  );
  return id;
}

function eventsOf(order: Order, creator: Person, provider: Person): OrderEvent[] {
  const applicationId = uuidv7();
  const begin: OrderEvent[] = [
    { name: 'order:created', data: { by: creator.id, status: 'pending', title: order.title } },
    {
      name: 'order:applied',
      data: {
        by: provider.id,
        status: 'pending',
        applicationId,
        providerId: provider.id,
        proposedAmount: null,
      },
    },
    {
      name: 'order:accepted',
      data: {
        by: creator.id,
        status: 'accepted',
        applicationId,
        providerId: provider.id,
        agreedAmount: 25,
        currency: order.currency,
      },
    },
  ];
  const talk = Array.from(
    { length: EVENTS - begin.length },
    (_, index): OrderEvent => ({
      name: 'message:received',
      data: {
        by: index % 2 ? creator.id : provider.id,
        status: 'accepted',
        text: `Message number ${index + 1}: I am on my way, past the opera now.`,
      },
    }),
  );
  return [...begin, ...talk];
}
