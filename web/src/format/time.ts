const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span of seconds as people plan with it: `under 1 min`, `12 min`, `1 h 20 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < MINUTE) return 'under 1 min';
  const minutes = Math.round(seconds / MINUTE);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** How long ago, or how soon: `just now`, `5 minutes ago`, `in 2 hours`. Times are ISO 8601. */
export function formatRelative(time: string, now: number, locale?: string): string {
  const seconds = (new Date(time).getTime() - now) / 1_000;
  const size = Math.abs(seconds);
  if (size < 45) return 'just now';
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (size < 45 * MINUTE) return relative.format(Math.round(seconds / MINUTE), 'minute');
  if (size < 22 * HOUR) return relative.format(Math.round(seconds / HOUR), 'hour');
  return relative.format(Math.round(seconds / DAY), 'day');
}

/** The time of day of an instant, here. */
export function formatClock(time: string): string {
  return new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }).format(new Date(time));
}

/** Day and time of an instant, here. */
export function formatDateTime(time: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(time),
  );
}

/** The day of an instant, here. */
export function formatDate(time: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }).format(new Date(time));
}
