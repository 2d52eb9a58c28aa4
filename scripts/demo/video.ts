import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig, Health } from '#contract/config.ts';
import type { Envelope } from '#contract/envelope.ts';
import { readRunning } from '../dev/checkout.ts';
import { STATE_FOLDER } from '../dev/local-state.ts';
import type { MediaProgress } from '../dev/media.ts';
import { readVideo } from '../dev/video-record.ts';
import { Audience } from './audience.ts';
import { browserPlaces, findBrowser } from './find-browser.ts';
import { type Outlook, outlookOf } from './outlook.ts';
import type { Timeline } from './timeline.ts';

/**
 * What can be shown: a picture, before an audience that is to be closed; none, because the system is made so; or none although the
 * system wants one before an order starts, and `advice` is a sentence that says what to do.
 */
export type Video =
  | { readonly kind: 'picture'; readonly audience: Audience }
  | { readonly kind: 'off' }
  | { readonly kind: 'missing'; readonly advice: string };

const OTHER_BROWSER =
  'install Chromium or Chrome (or name one by CHROMIUM_PATH), or start without video: MEDIA_BACKEND=none npm run dev';

const LOOK_EVERY_MS = 500;

/** Finds out what can be shown; waits for a media worker that is still being built, and tells how far that is. */
export async function prepareVideo(base: string, config: ClientConfig, timeline: Timeline): Promise<Video> {
  if (config.mediaBackend === 'none') return { kind: 'off' };
  const browser = await findBrowser(browserPlaces(process.platform, process.env));
  if (!browser) return { kind: 'missing', advice: `No browser was found to go live in: ${OTHER_BROWSER}` };
  const outlook = await awaitMedia(base, timeline);
  if (outlook.kind === 'unavailable') return { kind: 'missing', advice: outlook.advice };
  try {
    return { kind: 'picture', audience: await Audience.open(browser, base) };
  } catch (error) {
    const [why] = String(error).split('\n');
    return { kind: 'missing', advice: `${browser} did not start (${why}): ${OTHER_BROWSER}` };
  }
}

async function awaitMedia(base: string, timeline: Timeline): Promise<Exclude<Outlook, { kind: 'wait' }>> {
  const startedAt = performance.now();
  for (let told = ''; ; await sleep(LOOK_EVERY_MS)) {
    const takesRooms = await hasMedia(base);
    const progress = await progressAt(base);
    const outlook = outlookOf({ takesRooms, progress, waitedMs: performance.now() - startedAt });
    if (outlook.kind !== 'wait') return outlook;
    if (outlook.doing === told) continue;
    told = outlook.doing;
    timeline.say('video', told);
  }
}

async function hasMedia(base: string): Promise<boolean> {
  const response = await fetch(`${base}/health`, { signal: AbortSignal.timeout(10_000) });
  const body = (await response.json()) as Envelope<Health>; // as its contract says
  return body.success && body.data.checks.media?.status === 'ok';
}

/** How far video is there, if it is the system that runs from this checkout; another does not tell. */
async function progressAt(base: string): Promise<MediaProgress | null> {
  const running = await readRunning(STATE_FOLDER);
  return running && new URL(running.address).host === new URL(base).host ? readVideo(STATE_FOLDER) : null;
}
