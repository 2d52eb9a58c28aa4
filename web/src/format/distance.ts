/** Metres as people say them: `80 m`, `1.2 km`, `14 km`. */
export function formatDistance(meters: number): string {
  if (meters < 995) return `${roundTo(meters, meters < 100 ? 1 : 10)} m`;
  const kilometers = meters / 1_000;
  return `${kilometers < 9.95 ? Number(kilometers.toFixed(1)) : Math.round(kilometers)} km`;
}

/** Metres a second as kilometres an hour. */
export function formatSpeed(metersPerSecond: number): string {
  return `${Math.round(metersPerSecond * 3.6)} km/h`;
}

/** Degrees and minutes with their letter, as on a chart: `38°43.3′N 9°8.4′W`. */
export function formatCoordinates({ latitude, longitude }: { latitude: number; longitude: number }): string {
  return `${formatLatitude(latitude)} ${formatLongitude(longitude)}`;
}

/** `38°43.3′N`. */
export function formatLatitude(degrees: number): string {
  return formatAngle(degrees, 'N', 'S');
}

/** `9°8.4′W`. */
export function formatLongitude(degrees: number): string {
  return formatAngle(degrees, 'E', 'W');
}

function formatAngle(degrees: number, positive: string, negative: string): string {
  const tenths = Math.round(Math.abs(degrees) * 600);
  const [whole, minutes] = [Math.floor(tenths / 600), (tenths % 600) / 10];
  const letter = tenths === 0 ? '' : degrees > 0 ? positive : negative;
  return minutes === 0 ? `${whole}°${letter}` : `${whole}°${minutes}′${letter}`;
}

function roundTo(value: number, step: number): number {
  return Math.round(value / step) * step;
}
