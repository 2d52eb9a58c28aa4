import { accountLinkRoutes } from '../resources/account-links.ts';
import { accountRoutes } from '../resources/accounts.ts';
import { balanceRoutes } from '../resources/balance.ts';
import { chargeRoutes } from '../resources/charges.ts';
import { customerRoutes } from '../resources/customers.ts';
import { disputeRoutes } from '../resources/disputes.ts';
import { eventRoutes } from '../resources/events.ts';
import { paymentIntentRoutes } from '../resources/payment-intents.ts';
import { paymentMethodRoutes } from '../resources/payment-methods.ts';
import { payoutRoutes } from '../resources/payouts.ts';
import { refundRoutes } from '../resources/refunds.ts';
import { setupIntentRoutes } from '../resources/setup-intents.ts';
import { transferReversalRoutes } from '../resources/transfer-reversals.ts';
import { transferRoutes } from '../resources/transfers.ts';
import type { Route } from './routing.ts';

/** Everything of Stripe's API that the simulator serves. */
export const routes: readonly Route[] = [
  ...accountLinkRoutes,
  ...accountRoutes,
  ...balanceRoutes,
  ...chargeRoutes,
  ...customerRoutes,
  ...disputeRoutes,
  ...eventRoutes,
  ...paymentIntentRoutes,
  ...paymentMethodRoutes,
  ...payoutRoutes,
  ...refundRoutes,
  ...setupIntentRoutes,
  ...transferReversalRoutes,
  ...transferRoutes,
];
