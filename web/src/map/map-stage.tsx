import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { configQuery } from '../config/queries.ts';
import { Rings } from '../ui/rings.tsx';
import { type Scene, useCurrentScene } from './scene.tsx';

const MapCanvas = lazy(() => import('./map-canvas.tsx'));

type Props = {
  /** Takes the taps in place of the page. */
  onTap: Scene['onTap'];
  children?: ReactNode;
};

/** The map of the app with the scene of the page that is open. */
export function MapStage({ onTap, children }: Props) {
  const current = useCurrentScene();
  const scene = useMemo(() => (onTap ? { ...current, onTap } : current), [current, onTap]);
  const { data: config, isPending } = useQuery(configQuery);
  const loading = (
    <div className="map-loading">
      <Rings size={56} />
    </div>
  );
  // Which map to draw is known only with the config; without it the bundled one serves.
  if (isPending) return loading;
  return (
    <Suspense fallback={loading}>
      <MapCanvas scene={scene} styleUrl={config?.mapStyleUrl ?? null}>
        {children}
      </MapCanvas>
    </Suspense>
  );
}
