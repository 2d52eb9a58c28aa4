import { PATIENCE } from '#domain/orders/deadlines.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import type { Relation } from '#domain/orders/transitions.ts';
import { PAYMENT_PATIENCE } from '#domain/payments/attempts.ts';
import type { PaymentView } from '#domain/payments/payment-view.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';

/** Where an order's money is, in words. */
export type MoneyState = { tone: 'plain' | 'good' | 'waiting' | 'bad'; title: string; notes: string[] };

type Viewer = {
  relation: Relation;
  /** What to call the provider. */
  payee: string;
};

/** Where the money of an order is, as one of its parties reads it. */
export function moneyState(order: OrderView, payment: PaymentView, viewer: Viewer): MoneyState {
  const sum = (amount: number) => formatMoney(amount, payment.currency);
  const isPayer = viewer.relation === 'creator';
  const { chargeback, amountRefunded, amountCaptured } = payment;
  if (chargeback === 'open') {
    return {
      tone: 'bad',
      title: `${isPayer ? 'Your bank' : "The creator's bank"} disputes ${sum(amountCaptured)}`,
      notes: ['Until the bank has decided, nothing is released or paid back here.'],
    };
  }
  const state = stateByStatus(order, payment, viewer);
  const notes = [...state.notes];
  if (payment.status === 'succeeded' && amountRefunded > 0) {
    notes.push(`${sum(amountRefunded)} of ${sum(amountCaptured)} was paid back to the creator.`);
  }
  if (chargeback === 'inquiry') notes.push('The bank has a question about this payment; nothing moves yet.');
  if (chargeback === 'won') notes.push('The bank looked into a complaint and let the payment stand.');
  if (chargeback === 'lost') {
    return {
      tone: 'bad',
      title: `The bank took ${sum(amountCaptured)} back`,
      notes:
        viewer.relation === 'provider'
          ? ['What you had of it is taken back, or off what you earn next.']
          : [],
    };
  }
  return { ...state, notes };
}

function stateByStatus(order: OrderView, payment: PaymentView, viewer: Viewer): MoneyState {
  const sum = (amount: number) => formatMoney(amount, payment.currency);
  const isPayer = viewer.relation === 'creator';
  const gross = sum(payment.grossAmount);
  switch (payment.status) {
    case 'pending':
      return order.status === 'accepted' && order.scheduledFor
        ? {
            tone: 'good',
            title: 'The card is saved',
            notes: [
              `${gross} is held on ${formatDateTime(holdTime(order.scheduledFor))}, 72 hours before, and taken when the stream is complete.`,
            ],
          }
        : { tone: 'plain', title: 'Nothing is held', notes: problems(payment) };
    case 'processing':
      if (!payment.requiresAction) {
        return { tone: 'waiting', title: `The bank is being asked for ${gross}`, notes: [] };
      }
      return {
        tone: 'waiting',
        title: isPayer ? 'Your bank wants you to confirm' : 'The bank asks the creator to confirm',
        notes: [`${gross} is held as soon as that is done.`],
      };
    case 'authorized':
      return { tone: 'good', title: heldTitle(order, gross, viewer), notes: heldNotes(order, viewer) };
    case 'succeeded':
      return capturedState(order, payment, viewer);
    case 'failed':
      return failedState(order, payment, isPayer);
    case 'cancelled':
      return {
        tone: 'plain',
        title: `${gross} is no longer held`,
        notes: [isPayer ? 'Nothing was taken from your card.' : 'Nothing was taken.'],
      };
    case 'refunded':
      return {
        tone: 'plain',
        title: `${sum(payment.amountRefunded)} was paid back`,
        notes: isPayer ? ['Banks take a few days to show it.'] : [],
      };
  }
}

function heldTitle({ status }: OrderView, gross: string, { relation }: Viewer): string {
  if (status === 'completed' || status === 'disputed') return `${gross} is being taken into escrow`;
  if (status === 'cancelled') return 'The cancellation is being settled';
  switch (relation) {
    case 'creator':
      return `${gross} is held on your card`;
    case 'provider':
      return `${gross} is held for you`;
    default:
      return `${gross} is held on the creator's card`;
  }
}

function heldNotes({ status }: OrderView, { relation }: Viewer): string[] {
  switch (status) {
    case 'accepted':
      return relation === 'creator'
        ? ['It is taken when the stream is complete, and given back if nobody comes.']
        : ['It is taken into escrow when the stream is complete.'];
    case 'active':
      return ['It is taken into escrow when the stream is complete.'];
    case 'pending':
    case 'completed':
    case 'cancelled':
    case 'disputed':
      return [];
  }
}

function capturedState(order: OrderView, payment: PaymentView, { relation, payee }: Viewer): MoneyState {
  const sum = (amount: number) => formatMoney(amount, payment.currency);
  const gross = sum(payment.grossAmount);
  if (order.status === 'disputed') {
    return { tone: 'waiting', title: `${gross} is in escrow`, notes: ['TapLive decides who gets it.'] };
  }
  if (order.status === 'active' || (order.status === 'completed' && !order.releasedAt)) {
    return {
      tone: 'good',
      title: `${gross} is in escrow`,
      notes: order.completedAt ? releaseNotes(order.completedAt, { relation, payee }) : [],
    };
  }
  if (relation === 'creator') {
    return order.status === 'cancelled'
      ? {
          tone: 'plain',
          title: `${sum(payment.amountCaptured)} was taken for cancelling late`,
          notes: ['The rest of what was held is given back.'],
        }
      : { tone: 'good', title: `${gross} was released to ${payee}`, notes: [] };
  }
  const net = sum(payment.netAmount ?? payment.grossAmount);
  const notes = order.status === 'cancelled' ? ['It is for the late cancellation.'] : [];
  return payment.settledAt
    ? {
        tone: 'good',
        title: `${net} was paid out to ${relation === 'provider' ? 'you' : payee}`,
        notes: [...notes, `Sent on ${formatDateTime(payment.settledAt)}.`],
      }
    : {
        tone: 'waiting',
        title: relation === 'provider' ? `${net} is yours` : `${net} goes to ${payee}`,
        notes,
      };
}

function releaseNotes(completedAt: string, { relation, payee }: Viewer): string[] {
  const byItself = formatDateTime(
    new Date(new Date(completedAt).getTime() + PATIENCE.unreleasedMs).toISOString(),
  );
  return relation === 'creator'
    ? [
        `It goes to ${payee} when you release it, or by itself on ${byItself} unless you say that something is wrong.`,
      ]
    : [`It is released by the creator, or by itself on ${byItself}.`];
}

function failedState(order: OrderView, payment: PaymentView, isPayer: boolean): MoneyState {
  const whose = isPayer ? 'Your' : "The creator's";
  const title =
    order.status === 'pending' ? 'The payment did not work' : `${whose} card could not be charged`;
  const notes = problems(payment);
  if (payment.cardDueAt && order.status !== 'pending') {
    const until = formatDateTime(payment.cardDueAt);
    const otherwise = order.status === 'accepted' ? ', or the order is cancelled' : '';
    notes.push(
      isPayer
        ? `Give another card until ${until}${otherwise}.`
        : `They may give another card until ${until}${otherwise}.`,
    );
  }
  return { tone: 'bad', title, notes };
}

/** Why the last try did not work; only the payer is told. */
function problems({ failure }: PaymentView): string[] {
  return failure ? [failure.message] : [];
}

function holdTime(scheduledFor: string): string {
  return new Date(new Date(scheduledFor).getTime() - PAYMENT_PATIENCE.authorizeAheadMs).toISOString();
}
