/** What is being done towards a media worker, to be shown to whoever waits for it. `share`: how much of it is done, 0 to 1. */
export type Progress = { readonly doing: string; readonly share?: number };

export type Report = (progress: Progress) => void;

/** There is no media worker, and this is what a person can do about it. */
export class NoMediaWorkerError extends Error {
  override readonly name = 'NoMediaWorkerError';
}
