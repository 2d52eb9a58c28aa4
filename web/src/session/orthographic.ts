import type { MultiPolygon, Polygon, Position } from 'geojson';

const RADIANS = Math.PI / 180;

export type Point = { x: number; y: number };
export type View = { longitude: number; latitude: number };

/** A place on a globe of radius 1 seen from far away; y points down. `visible` is false on the far side. */
export function project([longitude = 0, latitude = 0]: Position, view: View): Point & { visible: boolean } {
  const lambda = (longitude - view.longitude) * RADIANS;
  const phi = latitude * RADIANS;
  const phi0 = view.latitude * RADIANS;
  const x = Math.cos(phi) * Math.sin(lambda);
  const y = Math.cos(phi0) * Math.sin(phi) - Math.sin(phi0) * Math.cos(phi) * Math.cos(lambda);
  const z = Math.sin(phi0) * Math.sin(phi) + Math.cos(phi0) * Math.cos(phi) * Math.cos(lambda);
  return { x, y: -y, visible: z >= 0 };
}

/**
 * The rings of an area as they show on the globe: what lies beyond the limb is pulled onto it, which keeps a coast
 * that runs over the edge closed along the edge. Rings wholly on the far side are left out.
 */
export function visibleRings(area: Polygon | MultiPolygon, view: View): Point[][] {
  const polygons = area.type === 'Polygon' ? [area.coordinates] : area.coordinates;
  return polygons
    .flat()
    .map((ring) => ring.map((position) => project(position, view)))
    .filter((ring) => ring.some(({ visible }) => visible))
    .map((ring) => ring.map((point) => (point.visible ? point : ontoLimb(point))));
}

function ontoLimb({ x, y }: Point): Point {
  const distance = Math.hypot(x, y) || 1;
  return { x: x / distance, y: y / distance };
}
