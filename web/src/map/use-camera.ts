import type { Map as MapLibreMap } from 'maplibre-gl';
import { useEffect, useRef, useState } from 'react';
import { boundsOf } from './geometry.ts';
import type { Scene } from './scene.tsx';

const CLOSEST_ZOOM = 15.5;
const PADDING = { top: 72, bottom: 56, left: 48, right: 48 };

export type Camera = {
  /** This person has moved the map away from what the page wants seen. */
  isTheirs: boolean;
  /** Back to what the page wants seen. */
  recenter: () => void;
};

/**
 * Brings what a page wants seen into view. What moves is followed when it leaves the view, unless this person has moved
 * the map themselves since: then the map stays theirs until the page wants something else, or they give it back.
 */
export function useCamera(map: MapLibreMap | null, view: Scene['view']): Camera {
  const shown = useRef<string | null>(null);
  const [isTheirs, setTheirs] = useState(false);

  useEffect(() => {
    if (!map) return;
    const taken = (event: { originalEvent?: unknown }) => {
      if (event.originalEvent) setTheirs(true);
    };
    const subscriptions = [map.on('dragstart', taken), map.on('zoomstart', taken)];
    return () => {
      shown.current = null;
      for (const subscription of subscriptions) subscription.unsubscribe();
    };
  }, [map]);

  useEffect(() => {
    if (!map || !view || view.points.length === 0) return;
    const isNew = shown.current !== view.key;
    if (!isNew && (isTheirs || view.points.every((point) => isSeen(map, point)))) return;
    const isFirst = shown.current === null;
    shown.current = view.key;
    if (isNew) setTheirs(false);
    frame(map, view, !isFirst);
  }, [map, view, isTheirs]);

  useEffect(() => {
    if (!map || !view || isTheirs) return;
    const resized = map.on('resize', () => frame(map, view, false));
    return () => resized.unsubscribe();
  }, [map, view, isTheirs]);

  return {
    isTheirs: isTheirs && view !== null,
    recenter: () => {
      setTheirs(false);
      if (map && view) frame(map, view, true);
    },
  };
}

function frame(map: MapLibreMap, view: NonNullable<Scene['view']>, animate: boolean): void {
  if (view.points.length === 0) return;
  map.fitBounds(boundsOf(view.points, view.margin), {
    padding: paddingIn(map),
    maxZoom: CLOSEST_ZOOM,
    animate,
    duration: 900,
  });
}

/** Small screens have no room for wide margins. */
function paddingIn(map: MapLibreMap): typeof PADDING {
  const { clientWidth, clientHeight } = map.getContainer();
  const scale = Math.min(1, clientWidth / 600, clientHeight / 500);
  return {
    top: PADDING.top * scale,
    bottom: PADDING.bottom * scale,
    left: PADDING.left * scale,
    right: PADDING.right * scale,
  };
}

function isSeen(map: MapLibreMap, { latitude, longitude }: { latitude: number; longitude: number }): boolean {
  const { x, y } = map.project([longitude, latitude]);
  const { clientWidth, clientHeight } = map.getContainer();
  return x > 24 && y > 24 && x < clientWidth - 24 && y < clientHeight - 24;
}
