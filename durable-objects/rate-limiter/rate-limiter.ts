import { DurableObject } from 'cloudflare:workers';
import { RATE_WINDOW_MS, type RateWindow, takeFromWindow } from '#domain/people/limits.ts';
import type { Env } from '../env.ts';

const WINDOW = 'window';

/** What became of one request against its limit. `resetAt` is in epoch milliseconds. */
export type LimitAnswer = { allowed: boolean; limit: number; remaining: number; resetAt: number };

/**
 * Counts what one address may do, exactly: requests that nobody is signed in for, attempts to sign in. An object exists
 * only while its window lasts: addresses are personal data, and there are many.
 */
export class RateLimiter extends DurableObject<Env> {
  now: () => Date = () => new Date();

  /** Takes one request out of the current window, of which `limit` are let through. */
  async take(limit: number): Promise<LimitAnswer> {
    const held = this.ctx.storage.kv.get<RateWindow>(WINDOW) ?? null;
    const { window, allowed, remaining, resetAt } = takeFromWindow(held, limit, this.now());
    if (window !== held) this.ctx.storage.kv.put(WINDOW, window);
    if (window.startedAt.getTime() !== held?.startedAt.getTime()) await this.ctx.storage.setAlarm(resetAt);
    return { allowed, limit, remaining, resetAt: resetAt.getTime() };
  }

  /** Forgets the window, as if nothing had been taken. */
  async forget(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  /** Forgets the window when it is over; the alarm may be that of an earlier one. */
  override async alarm(): Promise<void> {
    const held = this.ctx.storage.kv.get<RateWindow>(WINDOW);
    const endsAt = held ? held.startedAt.getTime() + RATE_WINDOW_MS : 0;
    if (this.now().getTime() < endsAt) await this.ctx.storage.setAlarm(endsAt);
    else await this.ctx.storage.deleteAll();
  }
}
