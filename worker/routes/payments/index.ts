import { type Api, newApi } from '../../api.ts';
import { registerGetConnectStatus } from './get-connect-status.ts';
import { registerGetPayment } from './get-payment.ts';
import { registerListDisputes } from './list-disputes.ts';
import { registerListEarnings } from './list-earnings.ts';
import { registerListPaymentMethods } from './list-payment-methods.ts';
import { registerListPaymentSteps } from './list-payment-steps.ts';
import { registerRemovePaymentMethod } from './remove-payment-method.ts';
import { registerRetryPaymentStep } from './retry-payment-step.ts';
import { registerSavePaymentMethod } from './save-payment-method.ts';
import { registerStartOnboarding } from './start-onboarding.ts';
import { registerSyncPayment } from './sync-payment.ts';

/** Money: how people pay and are paid, and what admins see of it. */
export function paymentRoutes(): Api {
  const api = newApi();
  registerListPaymentMethods(api);
  registerSavePaymentMethod(api);
  registerRemovePaymentMethod(api);
  registerStartOnboarding(api);
  registerGetConnectStatus(api);
  registerGetPayment(api);
  registerSyncPayment(api);
  registerListEarnings(api);
  registerListPaymentSteps(api);
  registerRetryPaymentStep(api);
  registerListDisputes(api);
  return api;
}
