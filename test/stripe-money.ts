import { env } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { database } from '#db/client.ts';
import { findCustomer } from '#db/queries/payment-customers.ts';
import type { Order } from '#domain/orders/order.ts';
import { beginAttempt, type Card, newMoney } from '#domain/payments/attempts.ts';
import { followedBy, type MoneyChange, MoneyDraft } from '#domain/payments/money-draft.ts';
import { NEW_PAYEE } from '#domain/payments/payment.ts';
import { aim } from '#domain/payments/planning.ts';
import { settleStep } from '#domain/payments/settling.ts';
import { lease, nextStep } from '#domain/payments/steps.ts';
import { stripeClient } from '#payments/stripe/client.ts';
import { gatewayTo } from '#payments/stripe/gateway.ts';
import { recordChange } from './recorded-money.ts';
import { saveCard } from './stripe.ts';

const gateway = gatewayTo(stripeClient(env));
const cards = new Map<string, Promise<Card>>();

/** A person's test card, saved when it is first needed. */
export function cardOf(userId: string): Promise<Card> {
  const card = cards.get(userId) ?? newCard(userId);
  cards.set(userId, card);
  return card;
}

/**
 * Holds what an order costs on its creator's card, takes it into escrow (`captured`) or gives it back (`cancelled`), and puts all
 * that into the record as the order's room would, for tests that begin with an order that is further along.
 * @returns the payment's id
 */
export async function recordPayment(
  order: Order,
  { payeeId, applicationId }: { payeeId: string; applicationId: string },
  outcome: 'authorized' | 'captured' | 'cancelled',
): Promise<string> {
  const now = order.updatedAt;
  const { id: subjectId, creatorId: payerId, currency } = order;
  const amount = order.agreedAmount ?? order.baseAmount;
  const card = await cardOf(payerId);
  const fresh = { id: uuidv7(), subjectType: 'order', subjectId, payerId, currency, amount, card } as const;
  const draft = new MoneyDraft(null, newMoney(fresh, now), now);
  draft.pay({ payeeId });
  beginAttempt(draft, {
    purpose: 'accept',
    method: 'authorization',
    applicationId,
    amount,
    card,
    offSession: false,
  });
  let change = await carriedOut(finished(draft), now);
  if (outcome !== 'authorized') {
    const further = MoneyDraft.of(change.after, now);
    aim(further, { capture: outcome === 'captured' ? amount : 0n }, NEW_PAYEE);
    change = await carriedOut(followedBy(change, finished(further)), now);
  }
  await recordChange(database(env), change);
  return fresh.id;
}

/** The change, and what followed from the step that it owes. */
async function carriedOut(change: MoneyChange, now: Date): Promise<MoneyChange> {
  const money = change.after;
  const { payment } = money;
  const step = nextStep(money);
  if (!step) throw new Error('nothing is owed');
  const about = { environment: env.ENVIRONMENT, subjectId: payment.subjectId, payment };
  const outcome = await gateway.call(lease(step, now), about);
  if (outcome.kind !== 'succeeded') throw new Error(`Stripe did not do it: ${outcome.kind}`);
  return followedBy(change, settleStep(money, step.id, outcome, NEW_PAYEE, now));
}

function finished(draft: MoneyDraft): MoneyChange {
  const change = draft.finish();
  if (!change) throw new Error('nothing changed');
  return change;
}

async function newCard(userId: string): Promise<Card> {
  const paymentMethodId = await saveCard(userId);
  const customerId = await findCustomer(database(env), userId);
  if (!customerId) throw new Error('whoever has a card is a customer');
  return { customerId, paymentMethodId };
}
