import type { Feature, FeatureCollection } from 'geojson';
import type {
  GeoJSONSource,
  LayerSpecification,
  Map as MapLibreMap,
  SourceSpecification,
  StyleSpecification,
} from 'maplibre-gl';
import { LABEL_FONT } from './base-style.ts';
import type { MapPalette } from './palette.ts';

const SOURCES = ['graticule', 'areas', 'trail', 'way'] as const;
export type OverlaySource = (typeof SOURCES)[number];

/** What an area means; each kind is drawn in its own manner. */
export type AreaKind = 'ring' | 'service' | 'arrival' | 'cell' | 'cell-emphasized' | 'available';

const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] };

/**
 * Our own drawings over whatever style lies below. A style takes all sources and layers with it when it is changed, so
 * the drawings are kept here and put into each new one.
 */
export class Overlay {
  readonly #map: MapLibreMap;
  readonly #data = new Map<OverlaySource, FeatureCollection>();

  constructor(map: MapLibreMap) {
    this.#map = map;
  }

  /** Draws these in place of what the source held. */
  show(source: OverlaySource, features: Feature[]): void {
    const data: FeatureCollection = { type: 'FeatureCollection', features };
    this.#data.set(source, data);
    // There is no such source before the first style is loaded; `within` brings the data then.
    this.#map.getSource<GeoJSONSource>(source)?.setData(data);
  }

  /** A style with the drawings on top of it. */
  within(style: StyleSpecification, palette: MapPalette): StyleSpecification {
    const sources = SOURCES.map((id): [string, SourceSpecification] => [
      id,
      { type: 'geojson', data: this.#data.get(id) ?? NOTHING, lineMetrics: id === 'trail', tolerance: 0.1 },
    ]);
    return {
      ...style,
      // Ours are small: they come first, so that they need not wait for the world.
      sources: { ...Object.fromEntries(sources), ...style.sources },
      layers: [...style.layers, ...overlayLayers(palette)],
    };
  }
}

const kindIs = (...kinds: AreaKind[]): ['in', ['get', string], ['literal', string[]]] => [
  'in',
  ['get', 'kind'],
  ['literal', kinds],
];

function overlayLayers({ grid, label, paper, accent, live, land }: MapPalette): LayerSpecification[] {
  return [
    {
      id: 'graticule',
      type: 'line',
      source: 'graticule',
      paint: { 'line-color': grid, 'line-width': 1 },
    },
    {
      id: 'graticule-labels',
      type: 'symbol',
      source: 'graticule',
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 460,
        'text-field': ['get', 'label'],
        'text-font': LABEL_FONT,
        'text-size': 10,
        'text-offset': [0, -0.7],
        'text-padding': 12,
        'text-letter-spacing': 0.04,
      },
      paint: { 'text-color': label, 'text-opacity': 0.7, 'text-halo-color': land, 'text-halo-width': 1 },
    },
    {
      id: 'areas',
      type: 'fill',
      source: 'areas',
      filter: ['!', kindIs('ring')],
      paint: {
        'fill-color': ['match', ['get', 'kind'], ['arrival', 'cell-emphasized'], live, accent],
        'fill-opacity': [
          'match',
          ['get', 'kind'],
          'service',
          0.07,
          'arrival',
          0.16,
          'cell-emphasized',
          0.24,
          'available',
          0.08,
          0.13,
        ],
      },
    },
    {
      id: 'area-borders',
      type: 'line',
      source: 'areas',
      filter: kindIs('arrival', 'cell', 'cell-emphasized'),
      paint: {
        'line-color': ['match', ['get', 'kind'], ['arrival', 'cell-emphasized'], live, accent],
        'line-opacity': 0.55,
        'line-width': 1.25,
      },
    },
    {
      id: 'rings',
      type: 'line',
      source: 'areas',
      filter: kindIs('ring', 'service'),
      paint: {
        'line-color': accent,
        'line-opacity': ['case', ['get', 'outermost'], 0.6, 0.28],
        'line-width': 1.25,
        'line-dasharray': [4, 3],
      },
    },
    {
      id: 'ring-labels',
      type: 'symbol',
      source: 'areas',
      filter: kindIs('ring', 'service'),
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 520,
        'text-field': ['get', 'label'],
        'text-font': LABEL_FONT,
        'text-size': 11,
        'text-padding': 4,
      },
      paint: { 'text-color': accent, 'text-halo-color': paper, 'text-halo-width': 2 },
    },
    {
      id: 'way',
      type: 'line',
      source: 'way',
      paint: { 'line-color': accent, 'line-width': 2, 'line-dasharray': [1.5, 1.5] },
    },
    {
      id: 'trail',
      type: 'line',
      source: 'trail',
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-width': 4,
        'line-gradient': [
          'interpolate',
          ['linear'],
          ['line-progress'],
          0,
          'rgba(127, 127, 127, 0.15)',
          0.35,
          accent,
          1,
          live,
        ],
      },
    },
  ];
}
