/** The exact percentile of all values (nearest rank): `fraction` 0.99 is the value that 99 % do not exceed. NaN of none. */
export function percentile(values: readonly number[], fraction: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)] ?? Number.NaN;
}

/** The middle value, or the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** Of several measurements of the same shape, the median of each figure by itself. */
export function medianOf<T extends Record<string, number>>(measurements: readonly T[]): T {
  const [first] = measurements;
  if (!first) throw new Error('a median needs a measurement');
  const keys = Object.keys(first) as (keyof T)[]; // T has number values under exactly its own keys
  const medians = keys.map((key) => [key, median(measurements.map((each) => each[key] ?? Number.NaN))]);
  return Object.fromEntries(medians) as T; // built from T's own keys, each with a number
}
