import { describe, expect, it } from 'vitest';
import { ORDER_STATUSES } from '#domain/orders/order.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import type { Relation } from '#domain/orders/transitions.ts';
import { PAYMENT_STATUSES } from '#domain/payments/payment.ts';
import type { PaymentView } from '#domain/payments/payment-view.ts';
import { formatDateTime } from '../format/time.ts';
import { moneyState } from './money-state.ts';
import { order, payment } from './samples.ts';

const read = (
  { relation = 'creator', ...facts }: Partial<OrderView> & { relation?: Relation },
  money: Partial<PaymentView>,
) => moneyState(order(facts), payment(money), { relation, payee: 'joao' });

describe('where the money is', () => {
  it('is held on the card of the one, and for the other', () => {
    const held = { status: 'authorized', amountAuthorized: 25 } as const;
    expect(read({}, held).title).toBe('€25 is held on your card');
    expect(read({ relation: 'provider' }, held).title).toBe('€25 is held for you');
    expect(read({ relation: 'admin' }, held).title).toBe("€25 is held on the creator's card");
  });

  it('is to be held later, of an order that is far ahead', () => {
    const { title, notes } = read({ scheduledFor: '2026-12-10T12:00:00.000Z' }, { status: 'pending' });
    expect(title).toBe('The card is saved');
    expect(notes.join()).toContain(formatDateTime('2026-12-07T12:00:00.000Z'));
  });

  it('asks the payer for their bank, and tells the others to wait', () => {
    const asked = { status: 'processing', requiresAction: true } as const;
    expect(read({ status: 'pending', accepting: true }, asked).title).toBe('Your bank wants you to confirm');
    expect(read({ relation: 'provider' }, asked).title).toBe('The bank asks the creator to confirm');
    expect(read({}, { ...asked, requiresAction: false }).title).toBe('The bank is being asked for €25');
  });

  it('waits in escrow, and goes by itself a day after the end', () => {
    const ended = { status: 'completed', completedAt: '2026-11-23T20:00:00.000Z' } as const;
    const taken = { status: 'succeeded', amountCaptured: 25 } as const;
    const day = formatDateTime('2026-11-24T20:00:00.000Z');
    expect(read(ended, taken)).toMatchObject({ title: '€25 is in escrow', tone: 'good' });
    expect(read(ended, taken).notes.join()).toContain(`by itself on ${day}`);
    expect(read({ ...ended, relation: 'provider' }, taken).notes.join()).toContain(day);
  });

  it('is the provider’s after the release, and with them when it was sent', () => {
    const released = { status: 'completed', releasedAt: '2026-11-23T21:00:00.000Z' } as const;
    const taken = { status: 'succeeded', amountCaptured: 25, netAmount: 21.25 } as const;
    const sent = { ...taken, amountTransferred: 21.25, settledAt: '2026-11-23T21:01:00.000Z' } as const;
    expect(read(released, taken).title).toBe('€25 was released to joao');
    expect(read({ ...released, relation: 'provider' }, taken).title).toBe('€21.25 is yours');
    expect(read({ ...released, relation: 'provider' }, sent).title).toBe('€21.25 was paid out to you');
    expect(read({ ...released, relation: 'admin' }, sent).title).toBe('€21.25 was paid out to joao');
  });

  it('says what was paid back, of all and of a part', () => {
    const part = { status: 'succeeded', amountCaptured: 25, amountRefunded: 15, grossAmount: 10 } as const;
    const released = { status: 'completed', releasedAt: '2026-11-23T21:00:00.000Z' } as const;
    expect(read(released, part)).toMatchObject({
      title: '€10 was released to joao',
      notes: ['€15 of €25 was paid back to the creator.'],
    });
    const all = { status: 'refunded', amountCaptured: 25, amountRefunded: 25 } as const;
    expect(read({ status: 'cancelled' }, all).title).toBe('€25 was paid back');
  });

  it('says what a late cancellation took', () => {
    const fee = { status: 'succeeded', amountCaptured: 5, grossAmount: 5, netAmount: 4.25 } as const;
    expect(read({ status: 'cancelled' }, fee).title).toBe('€5 was taken for cancelling late');
    expect(read({ status: 'cancelled', relation: 'provider' }, fee)).toMatchObject({
      title: '€4.25 is yours',
      notes: ['It is for the late cancellation.'],
    });
  });

  it('asks for another card, tells until when, and tells why only the payer', () => {
    const cardDueAt = '2026-11-24T08:00:00.000Z';
    const failure = { code: 'card_declined', declineCode: 'expired_card', message: 'This card has expired.' };
    const own = read({}, { status: 'failed', cardDueAt, failure });
    expect(own).toMatchObject({ title: 'Your card could not be charged', tone: 'bad' });
    expect(own.notes).toEqual([
      'This card has expired.',
      `Give another card until ${formatDateTime(cardDueAt)}, or the order is cancelled.`,
    ]);
    const other = read({ relation: 'provider' }, { status: 'failed', cardDueAt });
    expect(other.title).toBe("The creator's card could not be charged");
    expect(other.notes).toEqual([
      `They may give another card until ${formatDateTime(cardDueAt)}, or the order is cancelled.`,
    ]);
    // Once the stream has run, nothing is cancelled any more.
    expect(read({ status: 'completed' }, { status: 'failed', cardDueAt }).notes).toEqual([
      `Give another card until ${formatDateTime(cardDueAt)}.`,
    ]);
  });

  it('is frozen while a bank disputes it, and gone when the bank took it', () => {
    const taken = { status: 'succeeded', amountCaptured: 25 } as const;
    const ended = { status: 'completed', completedAt: '2026-11-23T20:00:00.000Z' } as const;
    expect(read(ended, { ...taken, chargeback: 'open' }).title).toBe('Your bank disputes €25');
    expect(read({ ...ended, relation: 'provider' }, { ...taken, chargeback: 'open' }).title).toBe(
      "The creator's bank disputes €25",
    );
    expect(read(ended, { ...taken, chargeback: 'inquiry' }).title).toBe('€25 is in escrow');
    expect(read(ended, { ...taken, chargeback: 'lost' }).title).toBe('The bank took €25 back');
  });

  it('has a title for whatever may come together', () => {
    for (const status of ORDER_STATUSES) {
      for (const paid of PAYMENT_STATUSES) {
        for (const relation of ['creator', 'provider', 'admin'] as const) {
          const { title, notes } = read({ status, relation }, { status: paid });
          expect([title, ...notes].join(' '), `${status}, ${paid}, ${relation}`).not.toMatch(
            /undefined|null|NaN|Invalid/,
          );
        }
      }
    }
  });
});
