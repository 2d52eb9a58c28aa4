import { createRoute } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import pTimeout from 'p-timeout';
import { health } from '#contract/config.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { answers, anyone } from '../../openapi.ts';

const CHECK_TIMEOUT_MS = 2_000;

const route = createRoute({
  method: 'get',
  path: '/health',
  operationId: 'getHealth',
  tags: ['meta'],
  summary: 'Whether the system can do its work',
  security: anyone,
  responses: {
    200: answers(health, 'Everything that is needed answers'),
    503: answers(health, 'Something that is needed does not answer'),
  },
});

/** Outside `/api/v1` and its limits: it is asked by machines, every few seconds. */
export function registerHealth(api: Api): void {
  api.openapi(route, async (c) => {
    const startedAt = performance.now();
    const reached = await pTimeout(c.get('db').execute(sql`select 1 as taplive_health`), {
      milliseconds: CHECK_TIMEOUT_MS,
    }).then(
      () => true,
      () => false,
    );
    const latencyMs = reached ? Math.round(performance.now() - startedAt) : null;
    const status = reached ? 'ok' : 'failing';
    return answer(c, { status, checks: { database: { status, latencyMs } } } as const, reached ? 200 : 503);
  });
}
