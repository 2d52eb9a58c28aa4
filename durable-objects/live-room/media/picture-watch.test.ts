import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { LiveEvent } from '#domain/live/live-events.ts';
import { STALLED_AFTER_MS } from '#domain/live/media-fact.ts';
import { ShowKeeper } from '../show-keeper.ts';
import type { MediaTrack } from './media-backend.ts';
import { PictureWatch } from './picture-watch.ts';

const START = Date.UTC(2026, 10, 26, 12);
const SECOND = 1_000;

/** A live show and its picture, with a clock and an alarm as the room has them: only an earlier time moves it. */
function watch({ sql, kv }: DurableObjectStorage) {
  let now = START;
  let alarm: number | null = null;
  let tracks: MediaTrack[] = [];
  const events: LiveEvent[] = [];
  const keeper = new ShowKeeper(sql);
  const at = new Date(START);
  keeper.open(
    {
      id: 'show',
      orderId: null,
      hostId: 'host',
      ownerId: 'owner',
      title: 'Sunset',
      visibility: 'private',
      status: 'live',
      mediaBackend: 'sfu-origin',
      place: null,
      scheduledFor: null,
      startedAt: at,
      endedAt: null,
      createdAt: at,
      updatedAt: at,
    },
    'host',
  );
  const picture = new PictureWatch({
    keeper,
    kv,
    tracks: () => tracks,
    isHosts: () => true,
    happened: (event) => void events.push(event),
    checkAt: (due) => {
      alarm = alarm === null ? due.getTime() : Math.min(alarm, due.getTime());
    },
    report: () => {},
    now: () => new Date(now),
  });
  /** Lets time pass, and does what is due in it. */
  const pass = (ms: number) => {
    for (const end = now + ms; ; ) {
      if (alarm === null || alarm > end) {
        now = end;
        return;
      }
      now = Math.max(now, alarm);
      alarm = null;
      picture.checkStalled();
    }
  };
  const camera = (flowing: boolean, more: Partial<MediaTrack> = {}): MediaTrack => ({
    id: 'camera',
    participantId: 'host',
    source: 'camera',
    kind: 'video',
    paused: false,
    flowing,
    since: new Date(now),
    lastSeen: new Date(now),
    ...more,
  });
  const is = (...given: MediaTrack[]) => {
    tracks = given;
    picture.observe();
  };
  return { pass, is, camera, events, figures: () => keeper.required().figures };
}

const onWatch = (test: (given: ReturnType<typeof watch>) => void) =>
  runInDurableObject(env.RATE_LIMITER.get(env.RATE_LIMITER.newUniqueId()), (_, { storage }) =>
    test(watch(storage)),
  );

describe('the picture of a live show', () => {
  it('that is away for long is told and counted, also right after it was away for a moment', () =>
    onWatch(({ pass, is, camera, events, figures }) => {
      is(camera(true));
      is(camera(false));
      pass(5 * SECOND);
      is(camera(true));
      pass(5 * SECOND);
      is(camera(false));
      pass(STALLED_AFTER_MS);
      expect(events.map(({ name }) => name)).toEqual(['media:stalled']);
      pass(5 * SECOND);
      is(camera(true));
      expect(events.at(-1)).toEqual({
        name: 'media:recovered',
        data: { afterMs: STALLED_AFTER_MS + 5 * SECOND },
      });
      expect(figures()).toMatchObject({ interruptions: 1, interruptedMs: STALLED_AFTER_MS + 5 * SECOND });
    }));

  it('that went with its origin was away since it was last seen', () =>
    onWatch(({ pass, is, camera, events }) => {
      is(camera(true));
      pass(20 * SECOND);
      // The origin is found to be dead, and all that it carried is gone.
      is();
      pass(0);
      expect(events).toEqual([{ name: 'media:stalled', data: { since: new Date(START).toISOString() } }]);
    }));

  it('that was muted is counted, though its packets come all the while', () =>
    onWatch(({ pass, is, camera, figures }) => {
      const began = { since: new Date(START) };
      is(camera(true, began));
      is(camera(true, { ...began, paused: true }));
      pass(60 * SECOND);
      is(camera(true, began));
      expect(figures().interruptedMs).toBe(60 * SECOND);
    }));
});
