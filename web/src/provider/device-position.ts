import type { FixBody } from '#contract/places.ts';

/** Follows where the device is. Gives back what ends it. */
export function watchDevice(onFix: (fix: FixBody) => void, onProblem: (reason: string) => void): () => void {
  if (!('geolocation' in navigator)) {
    onProblem('This browser cannot tell where you are.');
    return () => {};
  }
  const watch = navigator.geolocation.watchPosition(
    ({ coords }) => onFix(fixOf(coords)),
    ({ code, PERMISSION_DENIED }) =>
      onProblem(
        code === PERMISSION_DENIED
          ? 'Your browser does not let TapLive see your location. Allow it for this site and try again.'
          : 'Your device cannot find its location right now.',
      ),
    { enableHighAccuracy: true, maximumAge: 5_000, timeout: 30_000 },
  );
  return () => navigator.geolocation.clearWatch(watch);
}

/** No time of its own: it is sent at once, and a device's clock may be wrong. */
function fixOf({ latitude, longitude, accuracy, heading, speed }: GeolocationCoordinates): FixBody {
  return {
    latitude,
    longitude,
    accuracy: Math.min(accuracy, 100_000),
    // A device at rest has no heading: NaN, says the Geolocation standard.
    ...(heading === null || Number.isNaN(heading) ? {} : { heading }),
    ...(speed === null ? {} : { speed }),
  };
}
