import type { Geofence } from '#contract/places.ts';
import type { OwnGeofence } from '#db/queries/geofences.ts';

/** A fence as it goes over the wire: `center` and `radius`, or `polygon`; the others null. */
export function geofenceView({ id, name, fence, createdAt }: OwnGeofence): Geofence {
  const common = { id, name, createdAt: createdAt.toISOString() };
  switch (fence.kind) {
    case 'circle':
      return { ...common, center: fence.center, radius: fence.radius, polygon: null };
    case 'polygon': {
      const coordinates = fence.polygon.coordinates.map((ring) =>
        ring.map(([longitude, latitude]): [number, number] => [longitude, latitude]),
      );
      return { ...common, center: null, radius: null, polygon: { type: 'Polygon', coordinates } };
    }
  }
}
