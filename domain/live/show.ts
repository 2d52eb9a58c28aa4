import type { Coordinates } from '../geo/coordinates.ts';

/** A show is planned, then live, then over; nothing leads back. */
export const SHOW_STATUSES = ['scheduled', 'live', 'ended'] as const;
export type ShowStatus = (typeof SHOW_STATUSES)[number];

/** `private`: for its parties and those whom they invite. `public`: for everyone who is signed in. */
export const SHOW_VISIBILITIES = ['private', 'public'] as const;
export type ShowVisibility = (typeof SHOW_VISIBILITIES)[number];

/** What carries the picture. `none`: nothing does; everything else works all the same. */
export const MEDIA_BACKENDS = ['none', 'sfu-origin'] as const;
export type MediaBackendName = (typeof MEDIA_BACKENDS)[number];

/** Why a show is over: somebody ended it, or the work on its order did. */
export const SHOW_ENDINGS = ['asked', 'order_ended'] as const;
export type ShowEnding = (typeof SHOW_ENDINGS)[number];

/** Where a show takes place, as anyone may know it: the centre of an H3 resolution 8 cell. */
export type ShowPlace = Coordinates & { cell: string; locality: string | null };

/**
 * A live show. The one of a stream order has the order's id, its provider as `hostId` and its creator as `ownerId`. Who hosts
 * is seen; who owns decides who may watch.
 */
export type LiveShow = {
  id: string;
  orderId: string | null;
  hostId: string;
  ownerId: string;
  title: string;
  visibility: ShowVisibility;
  status: ShowStatus;
  mediaBackend: MediaBackendName;
  place: ShowPlace | null;
  scheduledFor: Date | null;
  startedAt: Date | null;
  endedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
};

/** What a show has come to: how many watch now, the most that ever did, and for how long a live one had no picture. */
export type ShowFigures = {
  viewers: number;
  peakViewers: number;
  interruptions: number;
  interruptedMs: number;
};

export const NO_FIGURES: ShowFigures = { viewers: 0, peakViewers: 0, interruptions: 0, interruptedMs: 0 };

export const LIVE_LIMITS = {
  chatLength: 500,
  /** Messages that somebody who comes is shown. */
  chatHistory: 50,
  /** Reactions of one request. */
  reactionsAtOnce: 10,
  invitations: 1_000,
  /** Sockets of one person in one room. */
  seatsPerPerson: 8,
  /** Sockets of one room: below what the platform lets one object hold. */
  seats: 20_000,
} as const;
