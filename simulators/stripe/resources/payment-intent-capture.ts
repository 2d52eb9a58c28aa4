import { invalidRequest } from '../api/errors.ts';
import type { Params } from '../api/params.ts';
import { checkChargeAmount, inWords } from '../money/currencies.ts';
import type { PaymentIntent } from '../state.ts';
import type { World } from '../world.ts';
import { releaseRest } from './authorization-release.ts';
import { captureCharge } from './charges.ts';
import { find } from './find.ts';
import { unexpectedState } from './payment-intent-error.ts';

export function readCapture(params: Params) {
  return { amount: params.amount('amount_to_capture'), metadata: params.metadata() };
}

/** Takes all or a part of what was authorized, once. The rest is released. */
export function capture(
  world: World,
  intent: PaymentIntent,
  input: ReturnType<typeof readCapture>,
): PaymentIntent {
  if (intent.status !== 'requires_capture' || !intent.latest_charge) {
    const message = `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`;
    throw unexpectedState(message, intent);
  }
  const amount = input.amount ?? intent.amount_capturable;
  if (amount > intent.amount_capturable) {
    const capturable = inWords(intent.amount_capturable, intent.currency);
    throw invalidRequest(`The amount to capture is greater than the amount capturable, ${capturable}.`, {
      code: 'amount_too_large',
      param: 'amount_to_capture',
    });
  }
  checkChargeAmount(amount, intent.currency);
  const charge = find(world, world.state.charges, 'charge', intent.latest_charge);
  const captured = captureCharge(world, charge, amount, false);
  const released = releaseRest(world, captured);
  world.emit('charge.captured', released ?? captured);
  if (released) world.emit('charge.refunded', released, captured);
  const succeeded = world.change(world.state.paymentIntents, intent, {
    amount_capturable: 0,
    amount_received: amount,
    metadata: input.metadata(intent.metadata),
    status: 'succeeded',
  });
  world.emit('payment_intent.succeeded', succeeded);
  return succeeded;
}
