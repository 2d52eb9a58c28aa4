import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { type Audience, firstPicture, watch } from '../audience.ts';
import { QUAY } from '../route.ts';
import { expect, type Stage } from '../stage.ts';
import type { LiveShow } from '../wire-types.ts';
import type { Room } from './way.ts';

const WATCHED_SECONDS = 4;
const OPENS_WITHIN_TRIES = 40;
const TRY_EVERY_MS = 250;

/** The pages of both: the provider's studio, and the creator's view of the show. */
export type Pages = { readonly studio: Page; readonly player: Page };

/** Both open the order's show in a browser: the provider sees their own camera, the creator that it is not live yet. */
export async function openPages(
  { cast: { creator, near }, timeline }: Stage,
  audience: Audience,
  showId: string,
): Promise<Pages> {
  // It follows the acceptance, and an address of nothing would not be looked at again by itself.
  for (let tries = 1; ; tries++) {
    const { data } = await creator.get<{ items: LiveShow[] }>('/live-shows?mine=true&limit=20');
    if (data.items.some(({ id }) => id === showId)) break;
    expect(tries < OPENS_WITHIN_TRIES, 'the order to have a live show');
    await sleep(TRY_EVERY_MS);
  }
  const [studio, player] = await Promise.all([
    audience.enter(near, `/live/${showId}/studio`),
    audience.enter(creator, `/live/${showId}`),
  ]);
  await Promise.all([
    studio.getByRole('button', { name: 'Go live' }).and(studio.locator(':enabled')).waitFor(),
    player.locator('[data-testid="player"][data-phase="not_live_yet"]').waitFor(),
  ]);
  timeline.say(near.name, 'opens their studio in a browser: camera and microphone are on');
  timeline.say(creator.name, 'opens the show in another, and is told that it is not live yet');
  return { studio, player };
}

/** The provider goes live, which starts the order once the picture flows; the creator sees it. */
export async function goLive(stage: Stage, room: Room, { studio, player }: Pages): Promise<void> {
  const { cast, timeline } = stage;
  const { creator, near } = cast;
  // An order starts with a position that is fresh.
  await room.near.request('location:update', { ...QUAY, accuracy: 8 });

  timeline.say(near.name, 'presses "Go live"');
  const clickedAt = performance.now();
  await studio.getByRole('button', { name: 'Go live' }).click();
  const seeing = firstPicture(player).then((seen) => ({ seen, at: performance.now() }));
  const [, { seen, at }] = await Promise.all([becomesLive(studio), seeing]);
  const { frame, at: startedAt } = await room.creator.event<{ verification: string }>('order:started');
  const took = timeline.measure('go live → first picture', at - clickedAt);
  timeline.say(creator.name, `sees the first picture ${took} later, ${seen.width} × ${seen.height}`);
  expect(frame.data.verification === 'verified', 'a start that is verified by its picture');
  const begun = timeline.measure('go live → order started', startedAt - clickedAt);
  timeline.say(creator.name, `hears after ${begun} that the order has started, its picture verified`);

  const { width, height, rate } = await watch(player, WATCHED_SECONDS);
  expect(rate > 0, 'a picture that moves');
  timeline.say(
    creator.name,
    `watches it: ${width} × ${height}, ${rate.toFixed(0)} frames/s of a test camera`,
  );

  await player.reload();
  const again = await firstPicture(player);
  const opened = timeline.measure('page opened → first picture', again.ms);
  timeline.say(creator.name, `opens the page anew, and sees it ${opened} later`);
}

/** With the work the show ends, for everyone who watches. */
export async function seeTheEnd(
  { cast: { creator }, timeline }: Stage,
  showId: string,
  { player }: Pages,
): Promise<void> {
  await player.locator('[data-testid="player"][data-phase="ended"]').waitFor();
  const { data } = await creator.get<{ show: LiveShow }>(`/live-shows/${showId}`);
  const { status, peakViewers, interruptions } = data.show;
  expect(status === 'ended', `the show to have ended, not to be ${status}`);
  timeline.say(
    creator.name,
    `is told that the show has ended: ${peakViewers} watching at most, ${interruptions} interruptions`,
  );
}

/** @throws Error with what the studio says against it */
async function becomesLive(studio: Page): Promise<void> {
  const live = studio.locator('[data-testid="studio"] .stage-tag-live');
  const problem = studio.getByRole('alert');
  await live.or(problem).first().waitFor();
  if (await live.isVisible()) return;
  throw new Error(`The studio did not go live: ${await problem.first().innerText()}`);
}
