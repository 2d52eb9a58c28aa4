import type { FeatureCollection, Position } from 'geojson';

/**
 * The same areas, with outlines that go on beyond 180° where they cross the date line, as MapLibre draws them, instead of
 * turning back around the whole world.
 */
export function acrossDateLine(areas: FeatureCollection): FeatureCollection {
  const features = areas.features.map((area) => {
    const { geometry } = area;
    switch (geometry.type) {
      case 'Polygon':
        return { ...area, geometry: { ...geometry, coordinates: geometry.coordinates.map(unwrapped) } };
      case 'MultiPolygon': {
        const coordinates = geometry.coordinates.map((outlines) => outlines.map(unwrapped));
        return { ...area, geometry: { ...geometry, coordinates } };
      }
      default:
        return area;
    }
  });
  return { ...areas, features };
}

/** A closed ring in which no step is longer than half the way around. One around a pole has such a step, and stays as it is. */
function unwrapped(ring: Position[]): Position[] {
  let [before, turns] = [ring[0]?.[0] ?? 0, 0];
  const followed = ring.map(([longitude = 0, latitude = 0]): Position => {
    turns -= Math.round((longitude - before) / 360);
    before = longitude;
    return [longitude + turns * 360, latitude];
  });
  return turns === 0 ? followed : ring;
}
