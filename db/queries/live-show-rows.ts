import type { InferSelectModel } from 'drizzle-orm';
import type { LiveShow, ShowFigures } from '#domain/live/show.ts';
import type { liveShows } from '../schema/index.ts';

type ShowRow = InferSelectModel<typeof liveShows>;

/** A show with what it has come to. */
export type ShowRecord = { show: LiveShow; figures: ShowFigures };

/** A row of `live_shows` as the domain knows it. */
export function showFromRow(row: ShowRow): ShowRecord {
  const { blurredPoint, locationCell, locality, version: _, ...rest } = row;
  const { viewers, peakViewers, interruptions, interruptedMs, ...show } = rest;
  return {
    show: {
      ...show,
      // The two are written together.
      place: blurredPoint && locationCell !== null ? { ...blurredPoint, cell: locationCell, locality } : null,
    },
    figures: { viewers, peakViewers, interruptions, interruptedMs },
  };
}

/** The other way round. */
export function rowFromShow({ show, figures }: ShowRecord, version: number): ShowRow {
  const { place, ...rest } = show;
  return {
    ...rest,
    ...figures,
    blurredPoint: place && { latitude: place.latitude, longitude: place.longitude },
    locationCell: place?.cell ?? null,
    locality: place?.locality ?? null,
    version,
  };
}
