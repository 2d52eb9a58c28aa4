import type { FeatureCollection, MultiLineString } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import atlasUrl from 'world-atlas/countries-50m.json?url';
import fineLandUrl from 'world-atlas/land-10m.json?url';
import { acrossDateLine } from './date-line.ts';
import { labelPoints } from './label-points.ts';

type LandAtlas = Topology<{ land: GeometryCollection }>;
type Atlas = Topology<{ countries: GeometryCollection<{ name: string }>; land: GeometryCollection }>;

/** From this zoom level on the coarse coast looks cut with scissors. */
export const FINE_FROM_ZOOM = 5.5;

/** The bundled world: Natural Earth at 1:50 million, as GeoJSON. */
export type World = {
  land: FeatureCollection;
  borders: MultiLineString;
  countryNames: FeatureCollection;
};

const NO_FEATURES: FeatureCollection = { type: 'FeatureCollection', features: [] };

/** A world of water, for when the outlines cannot be had. */
export const NO_WORLD: World = {
  land: NO_FEATURES,
  borders: { type: 'MultiLineString', coordinates: [] },
  countryNames: NO_FEATURES,
};

/** Loads the outlines, once; they lie beside the page's own files. */
export const loadWorld = once(async (): Promise<World> => {
  const atlas = await fetchTopology<Atlas>(atlasUrl);
  const { countries, land } = atlas.objects;
  return {
    land: acrossDateLine(feature(atlas, land)),
    // Borders that two countries share; the coast belongs to the land.
    borders: mesh(atlas, countries, (a, b) => a !== b),
    countryNames: labelPoints(acrossDateLine(feature(atlas, countries))),
  };
});

/** Loads the land at 1:10 million, once: three times the size, for looking closely. */
export const loadFineLand = once(async (): Promise<FeatureCollection> => {
  const atlas = await fetchTopology<LandAtlas>(fineLandUrl);
  return acrossDateLine(feature(atlas, atlas.objects.land));
});

async function fetchTopology<T extends Topology>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The map's outlines could not be loaded (${response.status}).`);
  return response.json() as Promise<T>; // world-atlas' own shape, see its README
}

/** Keeps what was loaded; what failed is loaded anew the next time. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | null = null;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };
}
