import { createRoute } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import pTimeout from 'p-timeout';
import { type Health, health } from '#contract/config.ts';
import { originRegistry } from '#durable-objects/stubs.ts';
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
  let last: { at: number; checks: Checks } | null = null;
  api.openapi(route, async (c) => {
    const now = c.get('now').getTime();
    if (!last || now - last.at >= GOOD_FOR_MS) last = { at: now, checks: await check(c) };
    const { checks } = last;
    // Without media, orders and messages go on: no reason to take the whole system out of service.
    const { status } = checks.database;
    return answer(c, { status, checks }, status === 'ok' ? 200 : 503);
  });
}

type Checks = Health['checks'] & { database: Health['checks'][string] };

async function check(c: ApiContext): Promise<Checks> {
  const [database, media] = await Promise.all([checkDatabase(c), checkMedia(c)]);
  return { database, ...media };
}

/** `media`: somebody could go live now. `media:<origin>`: this one takes rooms. Nothing where there are no origins to be had. */
async function checkMedia(c: ApiContext): Promise<Health['checks']> {
  if (c.env.MEDIA_BACKEND === 'none') return {};
  const startedAt = performance.now();
  const origins = await pTimeout(Promise.resolve(originRegistry(c.env).list()), {
    milliseconds: CHECK_TIMEOUT_MS,
  }).catch(() => []);
  const latencyMs = Math.round(performance.now() - startedAt);
  const checked = origins.map(({ originId, draining, workers }) => {
    const takesRooms = !draining && workers > 0;
    return [`media:${originId}`, takesRooms ? { status: 'ok', latencyMs } : FAILING] as const;
  });
  const any = checked.some(([, { status }]) => status === 'ok');
  return { media: any ? { status: 'ok', latencyMs } : FAILING, ...Object.fromEntries(checked) };
}

const FAILING = { status: 'failing', latencyMs: null } as const;

async function checkDatabase(c: ApiContext): Promise<Health['checks'][string]> {
  const startedAt = performance.now();
  const reached = await pTimeout(c.get('db').execute(sql`select 1 as taplive_health`), {
    milliseconds: CHECK_TIMEOUT_MS,
  }).then(
    () => true,
    () => false,
  );
  return reached ? { status: 'ok', latencyMs: Math.round(performance.now() - startedAt) } : FAILING;
}
