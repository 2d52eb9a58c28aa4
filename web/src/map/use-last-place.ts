import { useMemo } from 'react';
import { lastPlace } from '../orders/place.ts';
import { EMPTY_SCENE, type Scene, useScene } from './scene.tsx';

/** For pages that are about no place: the map rests where it was last looked at. */
export function useLastPlaceScene(): void {
  const scene = useMemo<Scene>(
    () => ({ ...EMPTY_SCENE, view: { key: 'last-place', points: [lastPlace()], margin: 5_000 } }),
    [],
  );
  useScene(scene);
}
