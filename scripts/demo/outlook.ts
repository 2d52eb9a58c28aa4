import type { MediaProgress } from '../dev/media.ts';

/** Whether there is video now, whether to wait for it, or what to do about it. */
export type Outlook =
  | { readonly kind: 'ready' }
  | { readonly kind: 'wait'; readonly doing: string }
  | { readonly kind: 'unavailable'; readonly advice: string };

/** Longer than an origin takes to start and to report to the edge. */
const STARTS_WITHIN_MS = 30_000;

/** Longer than the media worker takes to be built on a slow machine. */
const BUILT_WITHIN_MS = 30 * 60_000;

const ADVICE = 'npm run doctor tells more, and MEDIA_BACKEND=none npm run dev does without video.';

/**
 * What is to be expected of video. `takesRooms`: a media origin takes rooms now. `progress`: how far the system says that video is;
 * null when it does not tell.
 */
export function outlookOf({
  takesRooms,
  progress,
  waitedMs,
}: {
  takesRooms: boolean;
  progress: MediaProgress | null;
  waitedMs: number;
}): Outlook {
  if (takesRooms) return { kind: 'ready' };
  if (progress?.kind === 'unavailable') {
    return { kind: 'unavailable', advice: `The media origin of this system does not run: ${ADVICE}` };
  }
  const isPreparing = progress?.kind === 'preparing';
  if (waitedMs >= (isPreparing ? BUILT_WITHIN_MS : STARTS_WITHIN_MS)) {
    return { kind: 'unavailable', advice: `No media origin took part in time: ${ADVICE}` };
  }
  return { kind: 'wait', doing: isPreparing ? coarse(progress.doing) : 'waits for a media origin' };
}

/** Not each percent of a build. */
function coarse(doing: string): string {
  return doing.replace(/(\d+) %$/, (_, percent) => `${Number(percent) - (Number(percent) % 10)} %`);
}
