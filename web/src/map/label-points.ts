import type { Feature, FeatureCollection, Point, Position } from 'geojson';

/**
 * One point for the name of each area: the centre of mass of its largest part. Names of polygons would be written once
 * on every tile and island.
 */
export function labelPoints(areas: FeatureCollection): FeatureCollection<Point> {
  const features = areas.features.flatMap(({ geometry, properties }): Feature<Point>[] => {
    if (geometry.type !== 'Polygon' && geometry.type !== 'MultiPolygon') return [];
    const parts = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    const masses = parts.flatMap(([outline]) => (outline ? [massOf(outline)] : []));
    const [largest] = masses.sort((a, b) => b.area - a.area);
    return largest && largest.area > 0
      ? [{ type: 'Feature', geometry: { type: 'Point', coordinates: largest.center }, properties }]
      : [];
  });
  return { type: 'FeatureCollection', features };
}

/** Area and centre of mass of a closed ring, by the shoelace formula, in degrees. */
function massOf(ring: readonly Position[]): { area: number; center: Position } {
  let [area, x, y] = [0, 0, 0];
  for (const [index, [x1 = 0, y1 = 0]] of ring.entries()) {
    const [x2 = 0, y2 = 0] = ring[(index + 1) % ring.length] ?? [];
    const cross = x1 * y2 - x2 * y1;
    area += cross / 2;
    x += ((x1 + x2) * cross) / 6;
    y += ((y1 + y2) * cross) / 6;
  }
  return { area: Math.abs(area), center: [x / area, y / area] };
}
