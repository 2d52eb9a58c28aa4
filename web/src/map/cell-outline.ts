import type { Feature, Polygon } from 'geojson';
import { cellToBoundary, latLngToCell } from 'h3-js';
import { ORDER_CELL_RESOLUTION } from '#domain/geo/cells.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';

/** The outline of the cell that stands for an exact place: it lies anywhere in there. */
export function cellOutline({ latitude, longitude }: Coordinates): Feature<Polygon> {
  const cell = latLngToCell(latitude, longitude, ORDER_CELL_RESOLUTION);
  return {
    type: 'Feature',
    geometry: { type: 'Polygon', coordinates: [cellToBoundary(cell, true)] },
    properties: {},
  };
}
