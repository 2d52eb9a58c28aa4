import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { database } from '#db/client.ts';
import { findPayoutAccount } from '#db/queries/payout-accounts.ts';
import { NEW_PAYEE } from '#domain/payments/payment.ts';
import { payoutAccountOf } from '#payments/payout-accounts.ts';
import { RECORDED_AT, recordOrder } from '#test/orders.ts';
import { recordPerson } from '#test/people.ts';
import { RecordedMoney } from '#test/recorded-money.ts';
import { finishOnboarding, requireMore, stripe } from '#test/stripe.ts';
import type { Env } from './env.ts';
import { refreshPayeeAccount } from './payee-accounts.ts';

const db = database(env);
const at = (ms: number) => new Date(RECORDED_AT.getTime() + ms);

/** Our settings with rooms that only note that they are woken. */
function withRooms(): { env: Env; woken: string[] } {
  const woken: string[] = [];
  const room = { wake: async (orderId: string) => void woken.push(orderId) };
  const rooms = { idFromName: (name: string) => name, get: () => room };
  // Nothing else of a namespace is used.
  return { env: { ...env, ORDER_ROOM: rooms as unknown as Env['ORDER_ROOM'] }, woken };
}

async function blockedTransfer(): Promise<{ payeeId: string; orderId: string }> {
  const payerId = await recordPerson(db, 'creator', RECORDED_AT);
  const payeeId = await recordPerson(db, 'provider', RECORDED_AT);
  const order = await recordOrder(db, payerId, { providerId: payeeId });
  await RecordedMoney.released(db, order, payeeId, NEW_PAYEE);
  return { payeeId, orderId: order.id };
}

it('a payee is asked for at Stripe anew, and whoever waits for them is woken if they can be paid', async () => {
  const { payeeId, orderId } = await blockedTransfer();
  const rooms = withRooms();
  const payee = { environment: env.ENVIRONMENT, userId: payeeId };
  const { accountId } = await payoutAccountOf(db, stripe, payee, RECORDED_AT);
  await refreshPayeeAccount(rooms.env, db, payeeId, at(1));
  expect(await findPayoutAccount(db, payeeId)).toMatchObject({ transfersEnabled: false, observedAt: at(1) });
  expect(rooms.woken).toEqual([]);

  await finishOnboarding(accountId);
  await refreshPayeeAccount(rooms.env, db, payeeId, at(2));
  expect(await findPayoutAccount(db, payeeId)).toMatchObject({ transfersEnabled: true, observedAt: at(2) });
  expect(rooms.woken).toEqual([orderId]);

  await requireMore(accountId, ['individual.verification.document']);
  await refreshPayeeAccount(rooms.env, db, payeeId, at(3));
  expect(await findPayoutAccount(db, payeeId)).toMatchObject({ transfersEnabled: false });
  expect(rooms.woken).toEqual([orderId]);
});

it('a payee without an account is nothing to ask about', async () => {
  const rooms = withRooms();
  await refreshPayeeAccount(rooms.env, db, await recordPerson(db, 'provider', RECORDED_AT), at(1));
  expect(rooms.woken).toEqual([]);
});
