import { type Api, newApi } from '../../api.ts';
import { registerAcceptApplication } from './accept-application.ts';
import { registerApplyToOrder } from './apply-to-order.ts';
import { registerCancelOrder } from './cancel-order.ts';
import { registerCompleteOrder } from './complete-order.ts';
import { registerCreateOrder } from './create-order.ts';
import { registerDeleteOrder } from './delete-order.ts';
import { registerDisputeOrder } from './dispute-order.ts';
import { registerEditOrder } from './edit-order.ts';
import { registerGetOrder } from './get-order.ts';
import { registerGetOrderPayment } from './get-order-payment.ts';
import { registerGetTrack } from './get-track.ts';
import { registerListApplications } from './list-applications.ts';
import { registerListEvents } from './list-events.ts';
import { registerListNearbyOrders } from './list-nearby-orders.ts';
import { registerListOwnOrders } from './list-own-orders.ts';
import { registerOpenRoom } from './open-room.ts';
import { registerPayOrder } from './pay-order.ts';
import { registerRateOrder } from './rate-order.ts';
import { registerReleaseOrder } from './release-order.ts';
import { registerResolveDispute } from './resolve-dispute.ts';
import { registerStartOrder } from './start-order.ts';
import { registerWithdrawApplication } from './withdraw-application.ts';

/** Everything about orders. */
export function orderRoutes(): Api {
  const api = newApi();
  registerCreateOrder(api);
  registerListOwnOrders(api);
  // Before what would take "nearby" for an id.
  registerListNearbyOrders(api);
  registerGetOrder(api);
  registerEditOrder(api);
  registerDeleteOrder(api);
  registerListApplications(api);
  registerApplyToOrder(api);
  registerWithdrawApplication(api);
  registerAcceptApplication(api);
  registerGetOrderPayment(api);
  registerPayOrder(api);
  registerStartOrder(api);
  registerCompleteOrder(api);
  registerCancelOrder(api);
  registerDisputeOrder(api);
  registerReleaseOrder(api);
  registerResolveDispute(api);
  registerRateOrder(api);
  registerListEvents(api);
  registerGetTrack(api);
  registerOpenRoom(api);
  return api;
}
