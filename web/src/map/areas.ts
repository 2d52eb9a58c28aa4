import type { Feature } from 'geojson';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import { formatDistance } from '../format/distance.ts';
import { cellOutline } from './cell-outline.ts';
import { circle, ringRadii } from './geometry.ts';
import type { AreaKind } from './overlay.ts';
import type { Scene } from './scene.tsx';

/** All areas of a scene, the widest first, so that the small ones lie on top. */
export function areasOf(scene: Scene): Feature[] {
  const areas: Feature[] = [];
  if (scene.search) areas.push(...ringsAround(scene.search, 'search'));
  if (scene.service) areas.push(...ringsAround(scene.service, 'service', [scene.service.radius]));
  for (const { location } of scene.available) areas.push(kind(cellOutline(location), 'available'));
  for (const { location, emphasized } of scene.orders) {
    if (location.precision === 'exact') continue;
    areas.push(kind(cellOutline(location), emphasized ? 'cell-emphasized' : 'cell'));
  }
  if (scene.arrival) areas.push(kind(circle(scene.arrival.center, scene.arrival.radius), 'arrival'));
  return areas;
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
