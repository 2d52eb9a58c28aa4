type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that were given, without those that are undefined: for spreading over what was there before. */
export function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>; // only undefined ones are gone
}
