import type { Geometry, Position } from 'geojson';
import { readColors } from '../ui/read-colors.ts';
import { type Point, project, type View, visibleRings } from './orthographic.ts';

const PROPERTIES = {
  sea: '--globe-sea',
  land: '--globe-land',
  coast: '--globe-coast',
  grid: '--globe-grid',
  live: '--globe-live',
} as const;

export type Palette = Record<keyof typeof PROPERTIES, string>;

export type GlobeScene = {
  land: readonly Geometry[];
  view: View;
  /** Seconds since the start, for the taps; null draws them still. */
  seconds: number | null;
  palette: Palette;
};

/** Places that are tapped, in turn. */
const TAPS: readonly Position[] = [
  [-9.14, 38.72],
  [-43.2, -22.9],
  [139.7, 35.7],
  [-74, 40.7],
  [18.4, -33.9],
  [77.2, 28.6],
  [151.2, -33.9],
  [2.35, 48.86],
  [-99.1, 19.4],
  [36.8, -1.3],
];
const TAP_SECONDS = 3.6;

/** The globe's colours in the scheme of the moment. */
export function readPalette(element: Element): Palette {
  return readColors(element, PROPERTIES);
}

/** Draws the whole globe into a square canvas of `size` device pixels. */
export function paintGlobe(context: CanvasRenderingContext2D, size: number, scene: GlobeScene): void {
  const { land, view, palette } = scene;
  const radius = size * 0.46;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, size, size);
  context.setTransform(radius, 0, 0, radius, size / 2, size / 2);

  context.beginPath();
  context.arc(0, 0, 1, 0, 2 * Math.PI);
  context.fillStyle = palette.sea;
  context.fill();

  context.lineWidth = 1 / radius;
  context.strokeStyle = palette.grid;
  for (const line of GRATICULE) trace(context, line, view);

  context.beginPath();
  for (const area of land) {
    if (area.type !== 'Polygon' && area.type !== 'MultiPolygon') continue;
    for (const ring of visibleRings(area, view)) outline(context, ring);
  }
  context.fillStyle = palette.land;
  context.fill('evenodd');
  context.strokeStyle = palette.coast;
  context.stroke();

  for (const [index, tap] of TAPS.entries()) paintTap(context, tap, index, scene);
}

function paintTap(
  context: CanvasRenderingContext2D,
  tap: Position,
  index: number,
  { view, seconds, palette }: GlobeScene,
): void {
  const { x, y, visible } = project(tap, view);
  if (!visible || Math.hypot(x, y) > 0.94) return;
  context.fillStyle = palette.live;
  context.strokeStyle = palette.live;
  context.beginPath();
  context.arc(x, y, 0.014, 0, 2 * Math.PI);
  context.fill();
  const rings = seconds === null ? [0.35, 0.6] : [((seconds + index * 1.3) % TAP_SECONDS) / TAP_SECONDS];
  for (const age of rings) {
    context.globalAlpha = 1 - age;
    context.beginPath();
    context.arc(x, y, 0.014 + age * 0.11, 0, 2 * Math.PI);
    context.stroke();
  }
  context.globalAlpha = 1;
}

function outline(context: CanvasRenderingContext2D, ring: readonly Point[]): void {
  for (const [index, { x, y }] of ring.entries()) {
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.closePath();
}

function trace(context: CanvasRenderingContext2D, line: readonly Position[], view: View): void {
  context.beginPath();
  let drawing = false;
  for (const position of line) {
    const { x, y, visible } = project(position, view);
    if (visible && drawing) context.lineTo(x, y);
    else if (visible) context.moveTo(x, y);
    drawing = visible;
  }
  context.stroke();
}

const range = (from: number, to: number, step: number) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

/** Every 15 degrees. */
const GRATICULE: readonly Position[][] = [
  ...range(-180, 165, 15).map((longitude) => range(-90, 90, 5).map((latitude) => [longitude, latitude])),
  ...range(-75, 75, 15).map((latitude) => range(-180, 180, 5).map((longitude) => [longitude, latitude])),
];
