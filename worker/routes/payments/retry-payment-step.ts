import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { addAuditEntry } from '#db/queries/audit.ts';
import { orderOfStep } from '#db/queries/payment-subject.ts';
import { readRole } from '#db/queries/users.ts';
import { can } from '#domain/people/roles.ts';
import { orderRoom } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { idempotencyOf } from '../../middleware/idempotency.ts';
import { requirePermission } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';

/** `<payment>-s<position>` */
const stepId = z
  .string()
  .regex(/^[0-9a-f-]{36}-s\d{1,5}$/, 'must be the id of a payment step')
  .meta({ example: '01935b5e-7c1a-7000-8000-000000000000-s1' });

const route = createRoute({
  method: 'post',
  path: '/admin/payment-steps/{id}/retry',
  operationId: 'retryPaymentStep',
  tags: ['admin'],
  summary: 'Have a parked step looked for at Stripe again, and called again if it is not there',
  security: signedIn,
  middleware: requirePermission('payment:administer'),
  request: { params: z.object({ id: stepId }) },
  responses: {
    200: answers(z.object({}), 'It is being looked for'),
    ...failures(
      'VALIDATION_ERROR',
      'UNAUTHORIZED',
      'FORBIDDEN',
      'NOT_FOUND',
      'CONFLICT',
      'IDEMPOTENCY_KEY_REUSED',
    ),
  },
});

export function registerRetryPaymentStep(api: Api): void {
  api.openapi(route, async (c) => {
    const { id } = c.req.valid('param');
    const db = c.get('db');
    const actorId = c.get('user').userId;
    // The door may know a role that was taken away minutes ago.
    const role = await readRole(db, actorId);
    if (!role || !can(role, 'payment:administer')) return reject('FORBIDDEN', 'Your role may not do this.');
    const orderId = await orderOfStep(db, id);
    if (!orderId) return reject('NOT_FOUND', 'There is no such step.');
    const { newId } = await idempotencyOf(c);
    const entry = {
      id: await newId(),
      actorId,
      action: 'payment_step_retry',
      subjectType: 'order',
      subjectId: orderId,
      details: { stepId: id },
      at: c.get('now'),
    };
    // Before anything is done, so that nothing is done unseen. A second run of the same request finds the first one's entry.
    await addAuditEntry(db, entry);
    if (!(await within(orderRoom(c.env, orderId).retryStep(orderId, id)))) {
      return reject('CONFLICT', 'Only a parked step can be retried.', { reason: 'not_parked' });
    }
    return answer(c, {});
  });
}
