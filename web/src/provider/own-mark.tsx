import { useEffect } from 'react';
import { useMap } from '../map/map-context.ts';
import { MapMarker } from '../map/marker.tsx';
import { useCurrentScene } from '../map/scene.tsx';
import { useUser } from '../session/user.tsx';
import { useOwnLocation } from './own-location.tsx';

/** This person's own position on the map, with the way of a simulated walk. */
export default function OwnMark() {
  const { overlay } = useMap();
  const { mode, fix, target } = useOwnLocation();
  const { traveller } = useCurrentScene();
  const user = useUser();

  useEffect(() => {
    const way = fix && target ? [fix, target] : [];
    overlay.show(
      'way',
      way.length === 0
        ? []
        : [
            {
              type: 'Feature',
              geometry: {
                type: 'LineString',
                coordinates: way.map(({ latitude, longitude }) => [longitude, latitude]),
              },
              properties: {},
            },
          ],
    );
  }, [overlay, fix, target]);

  // Where the room shows the same person to both sides, that mark is enough.
  if (!fix || traveller?.position.providerId === user.id) return null;
  return (
    <MapMarker at={fix} glides>
      <span
        className={mode === 'simulated' ? 'mark-own mark-own-simulated' : 'mark-own'}
        role="img"
        aria-label={mode === 'simulated' ? 'Your simulated location' : 'Your location'}
      />
    </MapMarker>
  );
}
