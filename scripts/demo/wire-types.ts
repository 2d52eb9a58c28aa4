import type * as z from 'zod';
import type { loggedEvent } from '#contract/events.ts';
import type { liveShow } from '#contract/live.ts';
import type { application, order, track } from '#contract/orders.ts';
import type { earningsEntry, payment } from '#contract/payments.ts';
import type { fixAnswer } from '#contract/places.ts';

/** The contract's shapes, as types only: the demo brings no code of the project's with it. */
export type Order = z.infer<typeof order>;
export type Application = z.infer<typeof application>;
export type LoggedEvent = z.infer<typeof loggedEvent>;
export type Payment = z.infer<typeof payment>;
export type EarningsEntry = z.infer<typeof earningsEntry>;
export type LiveShow = z.infer<typeof liveShow>;
export type Track = z.infer<typeof track>;
export type FixAnswer = z.infer<typeof fixAnswer>;
export type Notice = { about: string; orderId: string };
