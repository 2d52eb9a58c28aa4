import { describe, expect, it } from 'vitest';
import { CLOSE_CODES } from '#contract/close-codes.ts';
import type { LiveTrack } from '#contract/live-room.ts';
import type { ShowStatus } from '#domain/live/show.ts';
import type { LiveRoomState } from '../room/live-room-state.ts';
import { playerPhase } from './player-phase.ts';

type Known = Parameters<typeof playerPhase>[0];

const camera: LiveTrack = { id: 't', participantId: 'p', source: 'camera', kind: 'video', paused: false };
const show = (status: ShowStatus, mediaBackend = 'sfu-origin') =>
  ({ status, mediaBackend }) as LiveRoomState['show']; // the phase depends on nothing else of it

/** Everything is well; each case says what is otherwise. */
const known = (changes: Partial<{ [K in keyof Known]: Partial<Known[K]> }> = {}): Known => ({
  connection: { state: 'live', refusal: null, code: null, ...changes.connection },
  room: { show: show('live'), tracks: [camera], audioOnly: false, ...changes.room },
  watcher: { link: 'connected', tracks: [], quality: 'auto', ...changes.watcher },
  hasPicture: (changes.hasPicture as boolean | undefined) ?? true,
});
const refused = (code: number) => ({ state: 'refused', refusal: 'no', code }) as const;

describe('what a viewer is told', () => {
  it.each([
    ['playing', known()],
    ['connecting', { ...known(), hasPicture: false }],
    ['entering', known({ connection: { state: 'connecting' }, room: { show: null, tracks: [] } })],
    ['not_live_yet', known({ room: { show: show('scheduled'), tracks: [] } })],
    ['playing', known({ room: { show: show('scheduled') } })],
    ['nothing_sent', known({ room: { tracks: [] } })],
    ['camera_off', known({ room: { tracks: [{ ...camera, paused: true }] } })],
    ['connecting', known({ watcher: { link: 'connecting' } })],
    ['reconnecting', known({ watcher: { link: 'reconnecting' } })],
    ['reconnecting', known({ connection: { state: 'waiting' }, room: { tracks: [] } })],
    ['playing', known({ connection: { state: 'waiting' } })],
    ['failed', known({ watcher: { link: 'failed' } })],
    ['audio_only', known({ room: { audioOnly: true } })],
    ['sound_only', known({ watcher: { quality: 'sound' }, room: { audioOnly: true } })],
    ['no_video', known({ room: { show: show('live', 'none') } })],
    ['ended', known({ room: { show: show('ended') }, watcher: { link: 'reconnecting' } })],
    ['ended', known({ connection: refused(CLOSE_CODES.GONE), room: { show: null } })],
    ['closed_to_you', known({ connection: refused(CLOSE_CODES.NOT_FOUND), room: { show: null } })],
    ['put_out', known({ connection: refused(CLOSE_CODES.FORBIDDEN) })],
    ['elsewhere', known({ connection: refused(CLOSE_CODES.REPLACED) })],
  ] as const)('%s', (phase, given) => {
    expect(playerPhase(given)).toBe(phase);
  });
});
