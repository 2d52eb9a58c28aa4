/**
 * What a tab remembers of one person through a reload. It is gone with the tab: nobody is followed, or offered orders,
 * because of a page they closed long ago.
 */
export function tabMemory<T>(name: string, userId: string, isValid: (value: unknown) => value is T) {
  const key = `taplive.${name}.${userId}`;
  return {
    read(): T | null {
      try {
        const value: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null');
        return isValid(value) ? value : null;
      } catch {
        return null;
      }
    },
    write(value: T): void {
      sessionStorage.setItem(key, JSON.stringify(value));
    },
  };
}

/** Whether something read back is an object, so that its properties can be looked at. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
