import type { OrderEventData, PaymentTrouble } from '#domain/orders/order-events.ts';
import { formatDistance } from '../format/distance.ts';
import { formatMoney } from '../format/money.ts';
import type { LoggedEvent } from '../realtime/frames.ts';
import type { IconName } from '../ui/icon.tsx';
import type { NameOf } from './use-names.ts';

export type Description = {
  icon: IconName;
  text: string;
  note?: string | null;
  tone: 'plain' | 'good' | 'live' | 'bad';
};

type Told = Exclude<LoggedEvent, { event: 'message:received' }>;

/**
 * An event of an order's log in words. Whoever did it is named; deadlines and banks have no one. `currency` is the order's, for
 * the amounts that come without one.
 */
export function describeEvent(event: Told, nameOf: NameOf, currency: string): Description {
  const by = event.data.by === null ? null : nameOf(event.data.by);
  switch (event.event) {
    case 'order:created':
      return { icon: 'flag', text: `${by} posted the order`, tone: 'plain' };
    case 'order:updated':
      return { icon: 'pencil', text: `${by} changed ${event.data.changed.join(', ')}`, tone: 'plain' };
    case 'order:applied':
      return { icon: 'hand', text: `${by} applied`, tone: 'plain' };
    case 'order:application_withdrawn':
      return { icon: 'cross', text: `${by} took the application back`, tone: 'plain' };
    case 'order:accepted': {
      const { providerId, agreedAmount, currency } = event.data;
      const chosen = nameOf(providerId);
      return {
        icon: 'check',
        text: `${by} chose ${chosen === 'You' ? 'you' : chosen} for ${formatMoney(agreedAmount, currency)}`,
        tone: 'good',
      };
    }
    case 'order:started':
      return {
        icon: 'play',
        text: `${by} started the stream`,
        note: event.data.verification === 'unverified' ? 'At the place; the picture was not checked.' : null,
        tone: 'live',
      };
    case 'order:completed':
      return {
        icon: 'check',
        text: `${by ?? 'Time'} completed the order`,
        note: reason(event.data.reason),
        tone: 'good',
      };
    case 'order:cancelled':
      return {
        icon: 'cross',
        text: by ? `${by} cancelled the order` : 'The order was cancelled',
        note: joined(
          reason(event.data.reason),
          event.data.fee === null ? null : `It was late: ${formatMoney(event.data.fee, currency)} was taken.`,
        ),
        tone: 'bad',
      };
    case 'order:disputed':
      return { icon: 'shield', text: `${by} opened a dispute`, note: reason(event.data.reason), tone: 'bad' };
    case 'order:resolved':
      return {
        icon: 'shield',
        text: `The dispute was settled: ${OUTCOMES[event.data.outcome]}`,
        note: joined(
          event.data.providerShare === null
            ? null
            : `The provider's share is ${formatMoney(event.data.providerShare, currency)}.`,
          reason(event.data.reason),
        ),
        tone: 'plain',
      };
    case 'order:released':
      return { icon: 'coins', text: 'The pay was released', tone: 'good' };
    case 'order:rated': {
      const rated = nameOf(event.data.rateeId);
      return {
        icon: 'star',
        text: `${by} rated ${rated === 'You' ? 'you' : rated} ${'★'.repeat(event.data.rating)}`,
        tone: 'plain',
      };
    }
    case 'payment:processing':
      return event.data.requiresAction
        ? { icon: 'shield', text: `The bank wants a confirmation for ${sum(event.data)}`, tone: 'plain' }
        : { icon: 'card', text: `The bank was asked for ${sum(event.data)}`, tone: 'plain' };
    case 'payment:authorized':
      return { icon: 'card', text: `${sum(event.data)} is held on the card`, tone: 'good' };
    case 'payment:completed':
      return { icon: 'coins', text: `${sum(event.data)} went into escrow`, tone: 'good' };
    case 'payment:failed':
      return { icon: 'card', text: TROUBLES[event.data.reason], tone: 'bad' };
    case 'payment:cancelled':
      return { icon: 'card', text: `${sum(event.data)} is no longer held on the card`, tone: 'plain' };
    case 'payment:refunded':
      return { icon: 'coins', text: `${sum(event.data)} was paid back`, tone: 'plain' };
    case 'payment:refund_failed':
      return {
        icon: 'coins',
        text: `${sum(event.data)} could not be paid back to the card`,
        note: 'TapLive owes it and will be in touch.',
        tone: 'bad',
      };
    case 'payment:transferred':
      return { icon: 'coins', text: `${sum(event.data)} was paid out`, tone: 'good' };
    case 'payment:chargeback':
      return chargeback(event.data);
    case 'payment:reconciled':
      return { icon: 'coins', text: 'The books were brought in line with Stripe', tone: 'plain' };
    case 'location:geofence_entered':
      return { icon: 'enter', text: `${by} arrived`, note: off(event.data.distanceMeters), tone: 'good' };
    case 'location:geofence_exited':
      return {
        icon: 'leave',
        text: `${by} left the place`,
        note: off(event.data.distanceMeters),
        tone: 'plain',
      };
  }
}

const OUTCOMES = {
  release: 'the provider is paid',
  refund: 'the creator is paid back',
  split: 'the pay is shared',
} as const;

/** A person's own words, or those of a deadline. */
const DEADLINES: Record<string, string> = {
  no_applications: 'Nobody applied in time.',
  not_accepted: 'No application was chosen in time.',
  no_show: 'The provider did not start in time.',
  over_long: 'The longest time for a stream was over.',
  card_due: 'No other card was given in time.',
};

const TROUBLES: Record<PaymentTrouble, string> = {
  declined: 'The payment was declined',
  expired: 'The bank was not answered in time',
  authorization_lapsed: 'The hold on the card was lost',
};

function chargeback(data: OrderEventData['payment:chargeback']): Description {
  switch (data.state) {
    case 'inquiry':
      return { icon: 'shield', text: `The bank asks about ${sum(data)}`, tone: 'plain' };
    case 'closed':
      return { icon: 'shield', text: `The bank asks no more about ${sum(data)}`, tone: 'good' };
    case 'open':
      return {
        icon: 'shield',
        text: `The bank disputes ${sum(data)}`,
        note: 'Nothing moves until it has decided.',
        tone: 'bad',
      };
    case 'won':
      return { icon: 'shield', text: `The bank gave ${sum(data)} back`, tone: 'good' };
    case 'lost':
      return { icon: 'shield', text: `The bank took ${sum(data)} back for good`, tone: 'bad' };
  }
}

function sum({ amount, currency }: { amount: number; currency: string }): string {
  return formatMoney(amount, currency);
}

function joined(...notes: (string | null)[]): string | null {
  return notes.filter((note) => note !== null).join(' ') || null;
}

function reason(text: string | null): string | null {
  return text === null ? null : (DEADLINES[text] ?? `“${text}”`);
}

function off(distanceMeters: number): string {
  return `${formatDistance(distanceMeters)} from the spot`;
}
