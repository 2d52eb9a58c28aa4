import type { InferSelectModel } from 'drizzle-orm';
import { blur } from '#domain/geo/cells.ts';
import type { Application, Order, Rating } from '#domain/orders/order.ts';
import type { liveStreamOrders, orderApplications, ratings } from '../schema/index.ts';

type OrderRow = InferSelectModel<typeof liveStreamOrders>;

/** A row of `live_stream_orders` as the domain knows it. */
export function orderFromRow(row: OrderRow): Order {
  const {
    locationPoint,
    locationCell,
    blurredPoint: _,
    locationAddress,
    locationLocality,
    deadlineAt: __,
    ...rest
  } = row;
  return {
    ...rest,
    place: {
      ...locationPoint,
      cell: locationCell,
      address: locationAddress,
      locality: locationLocality,
    },
  };
}

/** The other way round. `deadlineAt` is when the room's next deadline passes, for the sweeper. */
export function rowFromOrder(order: Order, deadlineAt: Date | null): OrderRow {
  const { place, ...rest } = order;
  const { latitude, longitude } = place;
  return {
    ...rest,
    locationPoint: { latitude, longitude },
    locationCell: place.cell,
    blurredPoint: blur(place).center,
    locationAddress: place.address,
    locationLocality: place.locality,
    deadlineAt,
  };
}

/** The same for an application, whose columns are the domain's fields: the types hold the two together. */
export function applicationFromRow(row: InferSelectModel<typeof orderApplications>): Application {
  return row;
}

/** The same for a rating. */
export function ratingFromRow(row: InferSelectModel<typeof ratings>): Rating {
  return row;
}
