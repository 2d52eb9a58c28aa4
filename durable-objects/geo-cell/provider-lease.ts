import type { Coordinates } from '#domain/geo/coordinates.ts';
import type { ProviderStanding } from '#domain/matching/ranking.ts';

/** A provider's word that they are in a cell. Moves are numbered by the person: of two, the higher is the later one. */
export type ProviderLease = {
  personId: string;
  move: number;
  /** The exact place. It goes to rooms for ranking, never to a client. */
  location: Coordinates;
  standing: ProviderStanding;
  /** Epoch milliseconds. */
  until: number;
};

/** A provider whom an order reaches, as the order's room ranks them. */
export type ReachedProvider = Pick<ProviderLease, 'personId' | 'location' | 'standing'>;
