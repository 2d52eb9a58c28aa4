import type { FeatureCollection } from 'geojson';
import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl';
import { useEffect, useState } from 'react';
import { useMediaQuery } from '../ui/use-media-query.ts';
import { worldStyle } from './base-style.ts';
import { FINE_FROM_ZOOM, loadFineLand, loadWorld, NO_WORLD, type World } from './land.ts';
import type { Overlay } from './overlay.ts';
import { readMapPalette } from './palette.ts';

/** Lays the style below the drawings, again whenever the colour scheme changes. */
export function useStyle(
  drawn: { map: MapLibreMap; overlay: Overlay } | null,
  styleUrl: string | null,
): void {
  const dark = useMediaQuery('(prefers-color-scheme: dark)');
  const isBundled = styleUrl === null;
  const fineLand = useFineLand(isBundled ? (drawn?.map ?? null) : null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the palette is read anew when the scheme changes; fine land is exchanged alone
  useEffect(() => {
    if (!drawn) return;
    const { map, overlay } = drawn;
    let outdated = false;
    const palette = readMapPalette(map.getContainer());
    void (async () => {
      const style = styleUrl ?? worldStyle(withLand(await worldOrNothing(), fineLand), palette);
      if (outdated) return;
      map.setStyle(style, { transformStyle: (_previous, next) => overlay.within(next, palette) });
    })();
    return () => {
      outdated = true;
    };
  }, [drawn, styleUrl, dark]);

  useEffect(() => {
    if (fineLand) drawn?.map.getSource<GeoJSONSource>('land')?.setData(fineLand);
  }, [drawn, fineLand]);
}

/** The land as it is seen from close by, once the map came so close. */
function useFineLand(map: MapLibreMap | null): FeatureCollection | null {
  const [land, setLand] = useState<FeatureCollection | null>(null);
  const isLoaded = land !== null;
  useEffect(() => {
    if (!map || isLoaded) return;
    const look = () => {
      // Until it comes, and should it never come, the coarse outline stays.
      if (map.getZoom() >= FINE_FROM_ZOOM) loadFineLand().then(setLand, console.error);
    };
    const subscriptions = [map.on('zoomend', look), map.on('idle', look)];
    return () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
    };
  }, [map, isLoaded]);
  return land;
}

function withLand(world: World, land: FeatureCollection | null): World {
  return land ? { ...world, land } : world;
}

/** Without outlines the chart's grid, rings and marks still serve. */
function worldOrNothing(): Promise<World> {
  return loadWorld().catch((error: unknown) => {
    console.error(error);
    return NO_WORLD;
  });
}
