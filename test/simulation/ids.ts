let last = 0;

/** Ids from the first again: for the next schedule. */
export function restartIds(): void {
  last = 0;
}

/** Stands for UUIDv7: ids that sort by time, and are the same in every run of a seed. */
export function v7(): string {
  last += 1;
  return `00000000-0000-7000-8000-${last.toString(16).padStart(12, '0')}`;
}
