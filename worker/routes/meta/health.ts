import { createRoute } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import pTimeout from 'p-timeout';
import { type Health, health } from '#contract/config.ts';
import { answer } from '../../answer.ts';
import type { Api, ApiContext } from '../../api.ts';
import { answers, anyone } from '../../openapi.ts';

const CHECK_TIMEOUT_MS = 2_000;

/** One check answers everyone who asks within this: asking is free, the database is not. */
const GOOD_FOR_MS = 1_000;

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
  let last: { at: number; checks: Health['checks'] } | null = null;
  api.openapi(route, async (c) => {
    const now = c.get('now').getTime();
    if (!last || now - last.at >= GOOD_FOR_MS)
      last = { at: now, checks: { database: await checkDatabase(c) } };
    const { checks } = last;
    const status: Health['status'] = Object.values(checks).every((check) => check.status === 'ok')
      ? 'ok'
      : 'failing';
    return answer(c, { status, checks }, status === 'ok' ? 200 : 503);
  });
}

async function checkDatabase(c: ApiContext): Promise<Health['checks'][string]> {
  const startedAt = performance.now();
  const reached = await pTimeout(c.get('db').execute(sql`select 1 as taplive_health`), {
    milliseconds: CHECK_TIMEOUT_MS,
  }).then(
    () => true,
    () => false,
  );
  return reached
    ? { status: 'ok', latencyMs: Math.round(performance.now() - startedAt) }
    : { status: 'failing', latencyMs: null };
}
