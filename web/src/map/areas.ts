import type { Feature } from 'geojson';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import { formatDistance } from '../format/distance.ts';
import { cellOutline } from './cell-outline.ts';
import { circle, ringRadii } from './geometry.ts';
import type { AreaKind } from './overlay.ts';
import type { OrderMark, Scene } from './scene.tsx';

/** All areas of a scene, the widest first, so that the small ones lie on top. */
export function areasOf(scene: Scene): Feature[] {
  const areas: Feature[] = [];
  if (scene.search) areas.push(...ringsAround(scene.search, 'search'));
  if (scene.service) areas.push(...ringsAround(scene.service, 'service', [scene.service.radius]));
  for (const { location } of scene.available) areas.push(kind(cellOutline(location), 'available'));
  for (const { location, emphasized } of cellsOf(scene.orders)) {
    areas.push(kind(cellOutline(location), emphasized ? 'cell-emphasized' : 'cell'));
  }
  if (scene.arrival) areas.push(kind(circle(scene.arrival.center, scene.arrival.radius), 'arrival'));
  return areas;
}

/** One for each cell, however many orders it hides; an emphasized one, if there is any. */
function cellsOf(orders: readonly OrderMark[]): OrderMark[] {
  const cells = new Map<string, OrderMark>();
  for (const order of orders) {
    const { latitude, longitude, precision } = order.location;
    const key = `${latitude},${longitude}`;
    if (precision === 'cell' && !cells.get(key)?.emphasized) cells.set(key, order);
  }
  return [...cells.values()];
}

function ringsAround(
  { center, radius }: { center: Coordinates; radius: number },
  of: AreaKind,
  radii = ringRadii(radius),
): Feature[] {
  return radii.map((ring) =>
    kind(circle(center, ring), of, { label: formatDistance(ring), outermost: ring === radius }),
  );
}

function kind(feature: Feature, of: AreaKind, properties: Record<string, unknown> = {}): Feature {
  return { ...feature, properties: { ...properties, kind: of } };
}
