import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { database } from '#db/client.ts';
import { auditLog } from '#db/schema/index.ts';
import type { Env } from '#durable-objects/env.ts';
import { recordOrder } from '#test/orders.ts';
import { RecordedMoney } from '#test/recorded-money.ts';
import { member } from '#test/security/member.ts';
import { createApp } from '../../app.ts';

const db = database(env);

it('a retry is in the audit log before it is made, once for one request, whatever becomes of it', async () => {
  const [payer, payee, admin] = [await member('creator'), await member('provider'), await member('admin')];
  const order = await recordOrder(db, payer.id, { providerId: payee.id });
  const recorded = await RecordedMoney.begin(db, order, payee.id);
  const stepId = recorded.step('authorize').id;
  const audited = () => db.select().from(auditLog).where(eq(auditLog.subjectId, order.id));

  const found: unknown[] = [];
  const room = {
    retryStep: async () => {
      found.push(await audited());
      if (found.length === 1) throw new Error('nobody will ever know whether it was retried');
      return true;
    },
  };
  const rooms = { idFromName: (name: string) => name, get: () => room };
  const retry = async () => {
    const response = await createApp().fetch(
      new Request(`http://taplive.test/api/v1/admin/payment-steps/${stepId}/retry`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${admin.accessToken}`, 'Idempotency-Key': 'retry' },
      }),
      // Nothing else of a namespace is used.
      { ...env, ORDER_ROOM: rooms as unknown as Env['ORDER_ROOM'] },
      createExecutionContext(),
    );
    return response.status;
  };
  expect([await retry(), await retry()]).toEqual([500, 200]);
  const entry = {
    actorId: admin.id,
    action: 'payment_step_retry',
    subjectType: 'order',
    subjectId: order.id,
    details: { stepId },
  };
  expect(found).toMatchObject([[entry], [entry]]);
  expect(await audited()).toMatchObject([entry]);
});
