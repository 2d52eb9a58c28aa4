import { readColors } from '../ui/read-colors.ts';

/** Where the style sheets keep the colours that MapLibre, which knows no custom properties, must be told. */
const PROPERTIES = {
  sea: '--map-sea',
  shallows: '--map-shallows',
  land: '--map-land',
  coast: '--map-coast',
  border: '--map-border',
  label: '--map-label',
  grid: '--map-grid',
  accent: '--accent',
  live: '--live',
  paper: '--surface',
} as const;

/** The colours of the map, as `rgb()`. */
export type MapPalette = Record<keyof typeof PROPERTIES, string>;

/** Reads the map's colours in the scheme of the moment. */
export function readMapPalette(element: Element): MapPalette {
  return readColors(element, PROPERTIES);
}
