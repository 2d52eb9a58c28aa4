import type { Feature } from 'geojson';
import { formatDistance } from '../format/distance.ts';
import { cellOutline } from './cell-outline.ts';
import { circle } from './geometry.ts';
import type { AreaKind } from './overlay.ts';
import type { OrderMark, Scene } from './scene.tsx';

/** All areas of a scene, the widest first, so that the small ones lie on top. */
export function areasOf(scene: Scene): Feature[] {
  const areas: Feature[] = [];
  if (scene.rings) areas.push(...ringsAround(scene.rings, 'ring'));
  if (scene.service) {
    const { center, radius } = scene.service;
    areas.push(...ringsAround({ center, radii: [radius] }, 'service'));
  }
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

function ringsAround({ center, radii }: NonNullable<Scene['rings']>, of: AreaKind): Feature[] {
  return radii.map((radius, index) =>
    kind(circle(center, radius), of, {
      label: formatDistance(radius),
      outermost: index === radii.length - 1,
    }),
  );
}

function kind(feature: Feature, of: AreaKind, properties: Record<string, unknown> = {}): Feature {
  return { ...feature, properties: { ...properties, kind: of } };
}
