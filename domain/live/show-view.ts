import { isParty, type LiveRole } from './live-roles.ts';
import type { LiveShow, ShowFigures } from './show.ts';

/** A show as it goes over the wire. `role` is what its reader would be in the room. `orderId` is for its parties and admins. */
export type ShowView = {
  id: string;
  orderId: string | null;
  hostId: string;
  hostName: string;
  title: string;
  visibility: LiveShow['visibility'];
  status: LiveShow['status'];
  mediaBackend: LiveShow['mediaBackend'];
  location: { latitude: number; longitude: number; locality: string | null; precision: 'cell' } | null;
  scheduledFor: string | null;
  startedAt: string | null;
  endedAt: string | null;
  viewers: number;
  peakViewers: number;
  interruptions: number;
  interruptedSeconds: number;
  role: LiveRole | null;
  createdAt: string;
  updatedAt: string;
};

/** What the show's reader is to it. */
export type ShowReader = { userId: string | null; isAdmin: boolean; role: LiveRole | null };

export function viewShow(
  show: LiveShow,
  figures: ShowFigures,
  hostName: string,
  { userId, isAdmin, role }: ShowReader,
): ShowView {
  const knowsOrder = isAdmin || (userId !== null && isParty(show, userId));
  const { id, hostId, title, visibility, status, mediaBackend, place } = show;
  return {
    id,
    orderId: knowsOrder ? show.orderId : null,
    hostId,
    hostName,
    title,
    visibility,
    status,
    mediaBackend,
    location: place && {
      latitude: place.latitude,
      longitude: place.longitude,
      locality: place.locality,
      precision: 'cell',
    },
    scheduledFor: iso(show.scheduledFor),
    startedAt: iso(show.startedAt),
    endedAt: iso(show.endedAt),
    viewers: figures.viewers,
    peakViewers: figures.peakViewers,
    interruptions: figures.interruptions,
    interruptedSeconds: Math.round(figures.interruptedMs / 1_000),
    role,
    createdAt: show.createdAt.toISOString(),
    updatedAt: show.updatedAt.toISOString(),
  };
}

function iso(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
