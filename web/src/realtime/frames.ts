import type { EventFrame, PersonEventData, RoomEventData } from '#contract/events.ts';
import type { OrderEventData, OrderEventName } from '#domain/orders/order-events.ts';

/** A frame whose `event` tells the type of its `data`. */
type FrameOf<T> = { [N in keyof T & string]: { seq?: number; event: N; data: T[N]; at: string } }[keyof T &
  string];

export type OrderFrame = FrameOf<OrderEventData>;
export type RoomFrame = FrameOf<RoomEventData>;
export type PersonFrame = FrameOf<PersonEventData>;

/** An event of an order's log, in its place. */
export type LoggedEvent = OrderFrame & { seq: number };

const ORDER_EVENTS: Record<OrderEventName, true> = {
  'order:created': true,
  'order:updated': true,
  'order:applied': true,
  'order:application_withdrawn': true,
  'order:accepted': true,
  'order:started': true,
  'order:completed': true,
  'order:cancelled': true,
  'order:disputed': true,
  'order:resolved': true,
  'order:released': true,
  'order:rated': true,
  'payment:processing': true,
  'payment:authorized': true,
  'payment:completed': true,
  'payment:failed': true,
  'payment:cancelled': true,
  'payment:refunded': true,
  'payment:refund_failed': true,
  'payment:transferred': true,
  'payment:chargeback': true,
  'payment:reconciled': true,
  'message:received': true,
  'location:geofence_entered': true,
  'location:geofence_exited': true,
};

const ROOM_EVENTS: Record<keyof RoomEventData, true> = {
  'location:updated': true,
  'location:stale': true,
  'room:snapshot': true,
  'room:resumed': true,
  'room:joined': true,
  'room:left': true,
};

const PERSON_EVENTS: Record<keyof PersonEventData, true> = {
  'offer:created': true,
  'offer:withdrawn': true,
  notice: true,
  'location:geofence_entered': true,
  'location:geofence_exited': true,
  'room:resumed': true,
};

/** Whether a frame is of an order's log. Events of a newer server that this page does not know are none. */
export function isLoggedEvent(frame: EventFrame): frame is LoggedEvent {
  return frame.seq !== undefined && Object.hasOwn(ORDER_EVENTS, frame.event);
}

/** Whether a frame is of a room's moment. */
export function isRoomFrame(frame: EventFrame): frame is RoomFrame {
  return Object.hasOwn(ROOM_EVENTS, frame.event);
}

/** Whether a frame is of a person's own socket. */
export function isPersonFrame(frame: EventFrame): frame is PersonFrame {
  return Object.hasOwn(PERSON_EVENTS, frame.event);
}
