import type { FeatureCollection, MultiLineString } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import atlasUrl from 'world-atlas/countries-50m.json?url';

type Atlas = Topology<{ countries: GeometryCollection<{ name: string }>; land: GeometryCollection }>;

/** The bundled world: Natural Earth at 1:50 million, as GeoJSON. */
export type World = {
  land: FeatureCollection;
  borders: MultiLineString;
  countries: FeatureCollection;
};

const NO_FEATURES: FeatureCollection = { type: 'FeatureCollection', features: [] };

/** A world of water, for when the outlines cannot be had. */
export const NO_WORLD: World = {
  land: NO_FEATURES,
  borders: { type: 'MultiLineString', coordinates: [] },
  countries: NO_FEATURES,
};

let world: Promise<World> | null = null;

/** Loads the outlines, once; they lie beside the page's own files. */
export function loadWorld(): Promise<World> {
  world ??= fetchWorld().catch((error: unknown) => {
    world = null;
    throw error;
  });
  return world;
}

async function fetchWorld(): Promise<World> {
  const response = await fetch(atlasUrl);
  if (!response.ok) throw new Error(`The map's outlines could not be loaded (${response.status}).`);
  const atlas = (await response.json()) as Atlas; // world-atlas' own shape, see its README
  const { countries, land } = atlas.objects;
  return {
    land: feature(atlas, land),
    // Borders that two countries share; the coast belongs to the land.
    borders: mesh(atlas, countries, (a, b) => a !== b),
    countries: feature(atlas, countries),
  };
}
