import type { Map as MapLibreMap } from 'maplibre-gl';
import { createContext, use } from 'react';
import type { Overlay } from './overlay.ts';

/** The map for what is drawn within it. */
export const MapContext = createContext<{ map: MapLibreMap; overlay: Overlay } | null>(null);

/** The map that this is drawn in. */
export function useMap(): { map: MapLibreMap; overlay: Overlay } {
  const drawn = use(MapContext);
  if (!drawn) throw new Error('useMap outside of the map');
  return drawn;
}
