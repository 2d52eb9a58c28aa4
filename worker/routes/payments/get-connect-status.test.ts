import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import { database } from '#db/client.ts';
import { NEW_PAYEE } from '#domain/payments/payment.ts';
import type { Env } from '#durable-objects/env.ts';
import { payoutAccountOf } from '#payments/payout-accounts.ts';
import { recordOrder } from '#test/orders.ts';
import { RecordedMoney } from '#test/recorded-money.ts';
import { member } from '#test/security/member.ts';
import { finishOnboarding, stripe } from '#test/stripe.ts';
import { createApp } from '../../app.ts';

const db = database(env);

it('a payee is told how they stand before the rooms are awake that waited for that', async () => {
  const [payer, payee] = [await member('creator'), await member('provider')];
  const order = await recordOrder(db, payer.id, { providerId: payee.id });
  await RecordedMoney.released(db, order, payee.id, NEW_PAYEE);
  const of = { environment: env.ENVIRONMENT, userId: payee.id };
  const { accountId } = await payoutAccountOf(db, stripe, of, new Date());
  await finishOnboarding(accountId);

  const failures = vi.spyOn(console, 'error');
  const woken: string[] = [];
  const answered = Promise.withResolvers<void>();
  // A room that is slow: it has not woken before the answer is there.
  const room = { wake: async (orderId: string) => answered.promise.then(() => void woken.push(orderId)) };
  const rooms = { idFromName: (name: string) => name, get: () => room };
  const context = createExecutionContext();
  const response = await createApp().fetch(
    new Request('http://taplive.test/api/v1/payments/connect/status', {
      headers: { Authorization: `Bearer ${payee.accessToken}` },
    }),
    // Nothing else of a namespace is used.
    { ...env, ORDER_ROOM: rooms as unknown as Env['ORDER_ROOM'] },
    context,
  );
  expect(await response.json()).toMatchObject({ data: { state: 'ready' } });
  answered.resolve();
  await waitOnExecutionContext(context);
  expect(woken).toEqual([order.id]);
  // Nobody gave up waiting for it.
  expect(failures).not.toHaveBeenCalled();
});
