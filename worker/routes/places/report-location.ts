import { createRoute } from '@hono/zod-openapi';
import { fixAnswer, fixBody } from '#contract/places.ts';
import { person } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requirePermission } from '../../middleware/require.ts';
import { answers, body, failures, signedIn } from '../../openapi.ts';

const route = createRoute({
  method: 'put',
  path: '/providers/me/location',
  operationId: 'reportLocation',
  tags: ['places'],
  summary: 'Say where you are; by a provider',
  security: signedIn,
  middleware: requirePermission('location:share'),
  request: { body: body(fixBody) },
  responses: {
    200: answers(fixAnswer, 'What became of the fix'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN', 'IDEMPOTENCY_KEY_REUSED'),
  },
});

export function registerReportLocation(api: Api): void {
  api.openapi(route, async (c) => {
    const { userId } = c.get('user');
    const taken = await within(person(c.env, userId).reportFix(userId, c.req.valid('json'), null));
    return answer(c, taken);
  });
}
