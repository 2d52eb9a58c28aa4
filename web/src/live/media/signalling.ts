import type { z } from 'zod';
import type { LiveReplyData, liveRequests } from '#contract/live-room.ts';

export type LiveRequestName = keyof typeof liveRequests;
/** What the sender of a request writes: members with defaults may be left out. */
export type LiveRequestInput<N extends LiveRequestName> = z.input<(typeof liveRequests)[N]>;
export type LiveReply<N extends LiveRequestName> = N extends keyof LiveReplyData ? LiveReplyData[N] : unknown;

/** Asks a live room for something; throws ApiError, `UNREACHABLE` when no reply came. */
export type Ask = <N extends LiveRequestName>(event: N, data: LiveRequestInput<N>) => Promise<LiveReply<N>>;
