import { createRoute } from '@hono/zod-openapi';
import { availability, availabilityBody } from '#contract/places.ts';
import { person } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { valueOrReject } from '../../errors.ts';
import { requirePermission } from '../../middleware/require.ts';
import { answers, body, failures, signedIn } from '../../openapi.ts';

const route = createRoute({
  method: 'put',
  path: '/providers/me/availability',
  operationId: 'setAvailability',
  tags: ['places'],
  summary: 'Begin or stop taking orders; by a provider whose position is known',
  security: signedIn,
  middleware: requirePermission('location:share'),
  request: { body: body(availabilityBody) },
  responses: {
    200: answers(availability, 'Whether you take orders, and until when unless your position is told again'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN', 'CONFLICT', 'IDEMPOTENCY_KEY_REUSED'),
  },
});

export function registerSetAvailability(api: Api): void {
  api.openapi(route, async (c) => {
    const { userId } = c.get('user');
    const { available } = c.req.valid('json');
    return answer(c, valueOrReject(await within(person(c.env, userId).setAvailability(userId, available))));
  });
}
