import type { Env } from '#durable-objects/env.ts';
import { logFailure } from '#durable-objects/log.ts';
import { sweeper } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import { createApp } from './app.ts';

export { GeoCell } from '#durable-objects/geo-cell/geo-cell.ts';
export { LiveRoom } from '#durable-objects/live-room/live-room.ts';
export { OrderRoom } from '#durable-objects/order-room/order-room.ts';
export { OriginRegistry } from '#durable-objects/origin-registry/origin-registry.ts';
export { Person } from '#durable-objects/person/person.ts';
export { RateLimiter } from '#durable-objects/rate-limiter/rate-limiter.ts';
export { Sweeper } from '#durable-objects/sweeper/sweeper.ts';

const app = createApp();

let sweeping = false;

/** The sweeper keeps itself going; an isolate that has just begun makes sure of it. */
async function startSweeper(env: Env): Promise<void> {
  sweeping = true;
  try {
    await within(sweeper(env).ensureRunning());
  } catch (error) {
    // The next request tries again.
    sweeping = false;
    logFailure('sweeper_not_started', {}, error);
  }
}

export default {
  fetch(request, env, ctx) {
    // Files of tests share the record, not their objects: the sweeper of one would wake rooms that live in another.
    if (!sweeping && env.ENVIRONMENT !== 'test') ctx.waitUntil(startSweeper(env));
    return app.fetch(request, env, ctx);
  },

  async scheduled(_controller, env) {
    await startSweeper(env);
  },
} satisfies ExportedHandler<Env>;
