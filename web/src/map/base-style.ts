import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';
import type { World } from './land.ts';
import type { MapPalette } from './palette.ts';

/** No font server: without a `glyphs` address MapLibre draws letters with the fonts of the device. */
export const LABEL_FONT = ['Inter', 'Segoe UI', 'Roboto', 'Helvetica Neue', 'Liberation Sans', 'sans-serif'];

/**
 * The world as a sea chart: land over water that grows shallow towards the coast, borders and names of countries.
 * Everything in it is bundled; it needs no tile server.
 */
export function worldStyle(world: World, palette: MapPalette): StyleSpecification {
  const sources: Record<string, SourceSpecification> = {
    land: { type: 'geojson', data: world.land, attribution: 'Natural Earth' },
    borders: { type: 'geojson', data: { type: 'Feature', geometry: world.borders, properties: {} } },
    'country-names': { type: 'geojson', data: world.countryNames },
  };
  const shallows = [26, 15, 7].map(
    (width, depth): LayerSpecification => ({
      id: `shallows-${depth}`,
      type: 'line',
      source: 'land',
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': palette.shallows,
        'line-opacity': 0.38,
        'line-width': [
          'interpolate',
          ['exponential', 1.3],
          ['zoom'],
          1,
          width * 0.25,
          6,
          width,
          12,
          width * 2.4,
        ],
        'line-blur': ['interpolate', ['linear'], ['zoom'], 1, 1, 8, width * 0.4],
      },
    }),
  );
  return {
    version: 8,
    sources,
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': palette.sea } },
      ...shallows,
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': palette.land } },
      {
        id: 'borders',
        type: 'line',
        source: 'borders',
        paint: { 'line-color': palette.border, 'line-width': 1, 'line-dasharray': [3, 2] },
      },
      {
        id: 'coast',
        type: 'line',
        source: 'land',
        layout: { 'line-join': 'round' },
        paint: {
          'line-color': palette.coast,
          'line-width': ['interpolate', ['linear'], ['zoom'], 1, 0.5, 6, 1, 12, 1.6],
        },
      },
      {
        id: 'country-names',
        type: 'symbol',
        source: 'country-names',
        minzoom: 2,
        maxzoom: 8,
        layout: {
          'text-field': ['get', 'name'],
          'text-font': LABEL_FONT,
          'text-size': ['interpolate', ['linear'], ['zoom'], 2, 10, 7, 15],
          'text-letter-spacing': 0.12,
          'text-transform': 'uppercase',
          'text-max-width': 7,
          'text-padding': 6,
        },
        paint: {
          'text-color': palette.label,
          'text-halo-color': palette.land,
          'text-halo-width': 1.2,
        },
      },
    ],
  };
}
