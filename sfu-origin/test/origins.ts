import { freePort } from '#scripts/free-port.ts';
import { type OriginConfiguration, readConfiguration } from '../configuration.ts';
import { Logger } from '../logger.ts';
import { Origin } from '../origin.ts';
import type { TestEdge } from './edge.ts';

export const SECRET = 'only-for-tests-only-for-tests-only-for-tests';

/** The configuration of an origin for tests: two workers on free ports, reporting to `edge`. */
export async function configurationFor(
  edge: TestEdge,
  env: Record<string, string> = {},
): Promise<OriginConfiguration> {
  return readConfiguration({
    ORIGIN_ID: 'test',
    EDGE_URL: edge.url,
    MEDIA_SECRET: SECRET,
    CONTROL_PORT: '0',
    RTC_PORT: String(await freePort()),
    MEDIA_WORKERS: '2',
    DRAIN_SECONDS: '5',
    ...env,
  });
}

/** An origin with a clock that can be put forward. */
export async function startOrigin(edge: TestEdge, env: Record<string, string> = {}) {
  const clock = { ahead: 0 };
  const origin = await Origin.create({
    configuration: await configurationFor(edge, env),
    logger: new Logger(),
    now: () => Date.now() + clock.ahead,
  });
  return { origin, clock };
}
