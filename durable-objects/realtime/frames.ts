import type { EventFrame, ReplyFrame, RequestFrame } from '#contract/events.ts';
import type { Rejection } from '#domain/errors.ts';
import type { Result } from '#domain/result.ts';

/** Serializes one event for any number of sockets. Without a `seq` it is of its moment only. */
export function eventFrame(event: { seq?: number; name: string; data: unknown; at: Date }): string {
  const { seq, name, data, at } = event;
  return JSON.stringify({ seq, event: name, data, at: at.toISOString() } satisfies EventFrame);
}

/** Serializes the answer to a request; `reply` is null when the request could not be read so far as its id. */
export function replyFrame(reply: RequestFrame['id'] | null, result: Result<unknown, Rejection>): string {
  const frame: ReplyFrame = result.ok
    ? { reply, ok: true, data: result.value }
    : { reply, ok: false, error: result.error };
  return JSON.stringify(frame);
}
