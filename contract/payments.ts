import * as z from 'zod';
import { CHARGEBACK_STATES, PAYMENT_STATUSES, STEP_KINDS, STEP_STATES } from '#domain/payments/payment.ts';
import type { PaymentView } from '#domain/payments/payment-view.ts';
import { cursor, id, page, queryInteger, time } from './primitives.ts';

/** Amounts that were reckoned rather than asked for: zero too, and negative where money went the other way. */
export const reckoned = z.number().meta({ description: 'In the major unit of the currency', example: 25 });
export const currencyCode = z.string().meta({ example: 'USD' });

export const paymentFailure = z
  .object({
    code: z.string().meta({ description: "Stripe's error code", example: 'card_declined' }),
    declineCode: z.string().nullable().meta({ example: 'insufficient_funds' }),
    message: z.string().meta({ description: 'A sentence for the payer' }),
  })
  .meta({ id: 'PaymentFailure' });

export const paymentStatus = z.enum(PAYMENT_STATUSES).meta({ id: 'PaymentStatus' });

export const chargebackState = z.enum(CHARGEBACK_STATES).meta({ id: 'ChargebackState' });

export const payment = z
  .object({
    id,
    orderId: id,
    payerId: id,
    payeeId: id.nullable(),
    currency: currencyCode,
    status: paymentStatus,
    grossAmount: reckoned,
    platformFee: reckoned.nullable().meta({ description: 'null until the share of the payee is known' }),
    processingFee: reckoned.nullable(),
    netAmount: reckoned.nullable().meta({ description: 'gross = platformFee + processingFee + net' }),
    amountAuthorized: reckoned,
    amountCaptured: reckoned,
    amountRefunded: reckoned,
    amountTransferred: reckoned,
    requiresAction: z.boolean().meta({ description: "The payer's bank wants them to confirm: 3-D Secure" }),
    failure: paymentFailure
      .nullable()
      .meta({ description: 'Why the last attempt failed; for the payer alone' }),
    chargeback: chargebackState
      .nullable()
      .meta({ description: "A complaint at the payer's bank; an open one freezes the money" }),
    captureBefore: time.nullable().meta({ description: 'When the hold on the card lapses' }),
    cardDueAt: time.nullable().meta({ description: 'Until when the payer may give another card' }),
    processedAt: time.nullable(),
    settledAt: time.nullable(),
    createdAt: time,
    updatedAt: time,
    clientSecret: z
      .string()
      .optional()
      .meta({ description: "For Stripe.js in the payer's browser, where the bank wants the payer" }),
  })
  .meta({ id: 'Payment' }) satisfies z.ZodType<PaymentView>;
export const paymentAnswer = z.object({ payment });

/** Stripe's id of a payment method; its test names (`pm_card_visa`) look the same. */
export const paymentMethodId = z
  .string()
  .max(255)
  .regex(/^pm_\w+$/, 'must be the id of a payment method: pm_…')
  .meta({ example: 'pm_card_visa' });

export const savedCard = z
  .object({
    id: paymentMethodId,
    brand: z.string().meta({ example: 'visa' }),
    last4: z.string().meta({ example: '4242' }),
    expMonth: z.int(),
    expYear: z.int(),
    createdAt: time,
  })
  .meta({ id: 'SavedCard' });
export const savedCards = z.object({ items: z.array(savedCard) });

export const saveCardBody = z
  .strictObject({
    paymentMethodId: paymentMethodId.optional().meta({
      description:
        "What Stripe Elements made of the card in the payer's browser: it is saved at once. Without it a SetupIntent is begun, " +
        'which Elements confirms by its secret. No card number ever comes here.',
    }),
  })
  .meta({ id: 'SaveCardBody' });

export const cardSetup = z
  .object({
    id: z.string().meta({ description: "Stripe's SetupIntent" }),
    status: z.enum(['saved', 'awaits_method', 'awaits_payer']).meta({
      description:
        'awaits_method: Elements takes the card and confirms. awaits_payer: the bank wants to hear the payer (3-D Secure)',
    }),
    clientSecret: z.string().nullable().meta({ description: 'For Stripe.js; null once the card is saved' }),
    actionUrl: z.string().nullable().meta({
      description: "The simulator's page that asks for the bank; takes a return_url. null with Stripe itself",
    }),
  })
  .meta({ id: 'CardSetup' });
export const cardSaving = z
  .object({ paymentMethod: savedCard.nullable(), setup: cardSetup })
  .meta({ id: 'CardSaving' });

const backUrl = z.url({ protocol: /^https?$/ }).max(2_000);

export const onboardingBody = z
  .strictObject({
    returnUrl: backUrl
      .optional()
      .meta({ description: 'Where the payee comes back to; of our origin or one in CORS_ORIGINS' }),
    refreshUrl: backUrl
      .optional()
      .meta({ description: 'Where a link that is too old leads: ask for a new one there' }),
  })
  .meta({ id: 'OnboardingBody' });

export const onboardingLink = z
  .object({ url: z.string().meta({ description: 'For the payee alone, once, soon' }), expiresAt: time })
  .meta({ id: 'OnboardingLink' });
export type OnboardingLink = z.infer<typeof onboardingLink>;

export const payout = z
  .object({
    id: z.string(),
    amount: reckoned,
    currency: currencyCode,
    status: z.enum(['pending', 'in_transit', 'paid', 'failed', 'cancelled']),
    failureCode: z.string().nullable().meta({ example: 'account_closed' }),
    arrivesAt: time.meta({ description: 'When the bank has it, or is expected to' }),
    createdAt: time,
  })
  .meta({ id: 'Payout' });

export const connectStatus = z
  .object({
    state: z.enum(['none', 'onboarding', 'restricted', 'ready']).meta({
      description:
        'none: no account yet. onboarding: Stripe has questions before anything can be sent to it. restricted: it had been ' +
        'ready, or nearly. ready: shares are sent to it',
    }),
    accountId: z.string().nullable(),
    detailsSubmitted: z.boolean(),
    transfersEnabled: z.boolean().meta({ description: 'Shares can be sent to the account' }),
    payoutsEnabled: z.boolean().meta({ description: 'The account can send money on to the bank' }),
    requirementsDue: z
      .array(z.object({ code: z.string(), description: z.string() }))
      .meta({ description: 'What Stripe wants to know now, by its code and in words' }),
    disabledReason: z.string().nullable(),
    payouts: z.array(payout).meta({ description: 'The latest, newest first' }),
  })
  .meta({ id: 'ConnectStatus' });

const shares = {
  gross: reckoned,
  platformFee: reckoned,
  processingFee: reckoned,
  net: reckoned.meta({ description: 'gross = platformFee + processingFee + net' }),
  transferred: reckoned.meta({ description: 'Sent to your account' }),
  reversed: reckoned.meta({ description: 'Of that, taken back' }),
};

export const earningsTotal = z
  .object({
    currency: currencyCode,
    ...shares,
    pending: reckoned.meta({ description: 'Yours, and not sent yet' }),
    receivable: reckoned.meta({ description: 'What you owe: it is taken off what you earn later' }),
  })
  .meta({ id: 'EarningsTotal' });

export const earningsEntry = z
  .object({
    paymentId: id,
    orderId: id,
    title: z.string().nullable(),
    currency: currencyCode,
    ...shares,
    status: paymentStatus,
    releasedAt: time,
    processedAt: time.nullable(),
    settledAt: time.nullable(),
  })
  .meta({ id: 'EarningsEntry' });
export const earnings = page(earningsEntry)
  .extend({ totals: z.array(earningsTotal).meta({ description: 'By currency; nothing is converted' }) })
  .meta({ id: 'Earnings' });

export const listQuery = z.object({ cursor: cursor.optional(), limit: queryInteger(1, 100, 20) });

export const paymentStep = z
  .object({
    id: z.string(),
    paymentId: id,
    orderId: id,
    kind: z.enum(STEP_KINDS),
    state: z.enum(STEP_STATES),
    amount: reckoned.nullable().meta({ description: 'null where it moves no money' }),
    currency: currencyCode.nullable(),
    payeeId: id.nullable().meta({ description: 'Whom a transfer is for' }),
    generation: z.int().meta({ description: 'How many idempotency keys were used before' }),
    tries: z
      .int()
      .meta({ description: 'How often it was deferred, or looked for in vain, since its last call' }),
    dueAt: time.nullable(),
    firstCalledAt: time.nullable(),
    lastCalledAt: time.nullable(),
    result: z.string().nullable().meta({ description: 'What it made or changed at Stripe' }),
    error: z
      .object({ code: z.string(), declineCode: z.string().nullable(), message: z.string() })
      .nullable()
      .meta({ description: 'Why Stripe refused, in its words' }),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'PaymentStep' });
export const paymentStepPage = page(paymentStep);
export const paymentStepQuery = listQuery.extend({ state: z.enum(STEP_STATES).optional() });

export type SavedCardView = z.infer<typeof savedCard>;
export type CardSavingAnswer = z.infer<typeof cardSaving>;
export type Earnings = z.infer<typeof earnings>;
export type ConnectStatus = z.infer<typeof connectStatus>;
export type PaymentStepView = z.infer<typeof paymentStep>;
