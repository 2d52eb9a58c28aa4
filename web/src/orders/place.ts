import type { Coordinates } from '#domain/geo/coordinates.ts';

const KEY = 'taplive.place';

/** Where somebody looks who has never looked anywhere: Lisbon. */
const FIRST: Coordinates = { latitude: 38.7139, longitude: -9.1394 };

/** The place that this browser looked at last. */
export function lastPlace(): Coordinates {
  try {
    const held: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (typeof held !== 'object' || held === null) return FIRST;
    const { latitude, longitude } = held as Partial<Coordinates>; // checked below
    return typeof latitude === 'number' && typeof longitude === 'number' ? { latitude, longitude } : FIRST;
  } catch {
    return FIRST;
  }
}

/** Remembers a place for the next time. */
export function rememberPlace({ latitude, longitude }: Coordinates): void {
  localStorage.setItem(KEY, JSON.stringify({ latitude, longitude }));
}
