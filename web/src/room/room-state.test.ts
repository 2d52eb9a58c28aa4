import { describe, expect, it } from 'vitest';
import type { ProviderPosition } from '#contract/events.ts';
import type { LoggedEvent, RoomFrame } from '../realtime/frames.ts';
import { EMPTY_ROOM, type RoomState, roomReducer } from './room-state.ts';

const message = (seq: number, text = `no. ${seq}`): LoggedEvent => ({
  seq,
  event: 'message:received',
  data: { by: 'p', status: 'accepted', text },
  at: '2026-11-23T20:00:00.000Z',
});
const position = (second: number): ProviderPosition => ({
  providerId: 'p',
  latitude: 38.7,
  longitude: -9.1 + second / 1_000,
  heading: 90,
  speed: 5,
  accuracy: 5,
  at: `2026-11-23T20:00:0${second}.000Z`,
  distanceMeters: 100,
  etaSeconds: 60,
});
const moved = (second: number): RoomFrame => ({
  event: 'location:updated',
  data: position(second),
  at: position(second).at,
});
const tell = (state: RoomState, ...frames: RoomFrame[]) =>
  frames.reduce((room, frame) => roomReducer(room, { type: 'told', frame }), state);

describe('a room', () => {
  it('keeps each event once and in order, however it came', () => {
    let room = roomReducer(EMPTY_ROOM, { type: 'logged', events: [message(3)] });
    room = roomReducer(room, { type: 'logged', events: [message(1), message(2), message(3, 'again')] });
    expect(room.events.map(({ seq, data }) => [seq, data])).toEqual([
      [1, message(1).data],
      [2, message(2).data],
      [3, message(3).data],
    ]);
  });

  it('follows the provider, and leaves a trail', () => {
    const room = tell(EMPTY_ROOM, moved(1), moved(2));
    expect(room.position).toEqual(position(2));
    expect(room.trail.map(({ at }) => at)).toEqual([position(1).at, position(2).at]);
  });

  it('puts the trail so far before what came meanwhile', () => {
    const points = [0, 1, 2].map((second) => ({
      position: [position(second).longitude, 38.7] as const,
      at: position(second).at,
    }));
    const room = roomReducer(tell(EMPTY_ROOM, moved(2), moved(3)), { type: 'trail', points });
    expect(room.trail.map(({ at }) => at)).toEqual([0, 1, 2, 3].map((second) => position(second).at));
  });

  it('says when a position is stale, until the next one', () => {
    const stale: RoomFrame = {
      event: 'location:stale',
      data: { providerId: 'p', lastAt: position(1).at },
      at: position(1).at,
    };
    expect(tell(EMPTY_ROOM, moved(1), stale).stale).toBe(true);
    expect(tell(EMPTY_ROOM, moved(1), stale, moved(2)).stale).toBe(false);
  });

  it('knows who is present', () => {
    const at = position(0).at;
    const [a, b] = [
      { userId: 'a', relation: 'creator' as const },
      { userId: 'b', relation: 'provider' as const },
    ];
    const room = tell(
      EMPTY_ROOM,
      { event: 'room:resumed', data: { through: 0, position: null, present: [a] }, at },
      { event: 'room:joined', data: b, at },
      { event: 'room:joined', data: b, at },
    );
    expect(room.present).toEqual([a, b]);
    expect(tell(room, { event: 'room:left', data: a, at }).present).toEqual([b]);
  });
});
