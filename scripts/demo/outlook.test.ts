import { describe, expect, it } from 'vitest';
import { outlookOf } from './outlook.ts';

const MINUTE = 60_000;

describe('video', () => {
  it('is ready once an origin takes rooms, whatever else is said', () => {
    const progress = { kind: 'unavailable', why: 'it ended' } as const;
    expect(outlookOf({ takesRooms: true, progress, waitedMs: MINUTE })).toEqual({ kind: 'ready' });
  });

  it('is waited for while the media worker is built, which is told by tens of percents', () => {
    const building = (percent: number) =>
      outlookOf({
        takesRooms: false,
        progress: { kind: 'preparing', doing: `Building: ${percent} %` },
        waitedMs: 9 * MINUTE,
      });
    expect(building(43)).toEqual({ kind: 'wait', doing: 'Building: 40 %' });
    expect(building(49)).toEqual(building(40));
  });

  it('is not waited for for ever', () => {
    const progress = { kind: 'preparing', doing: 'Building: 3 %' } as const;
    expect(outlookOf({ takesRooms: false, progress, waitedMs: 31 * MINUTE }).kind).toBe('unavailable');
    expect(outlookOf({ takesRooms: false, progress: null, waitedMs: MINUTE }).kind).toBe('unavailable');
    expect(outlookOf({ takesRooms: false, progress: { kind: 'running' }, waitedMs: MINUTE }).kind).toBe(
      'unavailable',
    );
  });

  it('is given up at once when the system has done so', () => {
    const progress = { kind: 'unavailable', why: 'no compiler' } as const;
    expect(outlookOf({ takesRooms: false, progress, waitedMs: 0 })).toMatchObject({
      kind: 'unavailable',
      advice: expect.stringContaining('MEDIA_BACKEND=none npm run dev'),
    });
  });

  it('is waited for a while where nothing is told of it', () => {
    expect(outlookOf({ takesRooms: false, progress: null, waitedMs: 1_000 }).kind).toBe('wait');
    expect(outlookOf({ takesRooms: false, progress: { kind: 'running' }, waitedMs: 1_000 }).kind).toBe(
      'wait',
    );
  });
});
