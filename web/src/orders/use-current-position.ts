import { useState } from 'react';
import type { Coordinates } from '#domain/geo/coordinates.ts';

/** Asks the browser once where this person is. Nothing of it is sent anywhere. */
export function useCurrentPosition(onFound: (place: Coordinates) => void) {
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const find = () => {
    if (!('geolocation' in navigator)) {
      setProblem('This browser cannot tell where you are.');
      return;
    }
    setPending(true);
    setProblem(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) => {
        setPending(false);
        onFound({ latitude, longitude });
      },
      () => {
        setPending(false);
        setProblem('Your location could not be found. Tap the map instead.');
      },
      { maximumAge: 60_000, timeout: 15_000 },
    );
  };
  return { find, isPending, problem };
}
