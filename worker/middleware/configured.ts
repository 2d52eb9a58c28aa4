import { createMiddleware } from 'hono/factory';
import type { Env } from '#durable-objects/env.ts';
import type { ApiEnv } from '../api.ts';
import { configurationProblems } from '../configuration.ts';
import { reject } from '../errors.ts';
import { log } from '../log.ts';

const checked = new WeakMap<Env, string[]>();

/** Refuses every request of a system that is configured in a way that would be unsafe. Checked once, said every time. */
export const configured = createMiddleware<ApiEnv>(async (c, next) => {
  let problems = checked.get(c.env);
  if (!problems) {
    problems = configurationProblems(c.env);
    checked.set(c.env, problems);
  }
  if (problems.length > 0) {
    log('error', 'configuration_refused', { requestId: c.get('requestId'), problems });
    reject('UPSTREAM_UNAVAILABLE', 'The system is not configured. Its operator finds the reason in the log.');
  }
  await next();
});
