import { describe, expect, it } from 'vitest';
import type { ChatMessage, LiveMomentData } from '#contract/live-room.ts';
import type { ShowView } from '#domain/live/show-view.ts';
import type { LiveLogFrame } from './frames.ts';
import {
  afterLogged,
  afterMoment,
  EMPTY_LIVE_ROOM,
  type LiveRoomState,
  MOST_MESSAGES,
} from './live-room-state.ts';

const AT = '2026-11-23T20:00:00.000Z';
const ME = 'me';

const SHOW: ShowView = {
  id: 's',
  orderId: null,
  hostId: 'host',
  hostName: 'joao',
  title: 'Fountain',
  visibility: 'public',
  status: 'scheduled',
  mediaBackend: 'sfu-origin',
  location: null,
  scheduledFor: null,
  startedAt: null,
  endedAt: null,
  viewers: 0,
  peakViewers: 0,
  interruptions: 0,
  interruptedSeconds: 0,
  role: 'viewer',
  createdAt: AT,
  updatedAt: AT,
};

const arrival = (changes: Partial<LiveMomentData['room:resumed']> = {}): LiveMomentData['room:resumed'] => ({
  through: 0,
  participantId: 'seat',
  role: 'viewer',
  muted: false,
  show: SHOW,
  presence: { viewers: 1, people: [] },
  tracks: [],
  ...changes,
});
const said = (seq: number): ChatMessage => ({
  seq,
  at: AT,
  userId: 'a',
  username: 'ana',
  role: 'viewer',
  text: `no. ${seq}`,
});
const message = (seq: number): LiveLogFrame => {
  const { at, ...data } = said(seq);
  return { seq, event: 'chat:message', data, at };
};
const log = (state: LiveRoomState, ...frames: LiveLogFrame[]) =>
  frames.reduce((room, frame) => afterLogged(room, frame, ME), state);
const entered = afterMoment(EMPTY_LIVE_ROOM, {
  event: 'room:snapshot',
  data: { ...arrival(), messages: [said(1), said(2)] },
  at: AT,
});

describe('a live room', () => {
  it('begins with what its snapshot tells', () => {
    expect(entered).toMatchObject({ show: SHOW, participantId: 'seat', role: 'viewer', muted: false });
    expect(entered.messages.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('keeps each message once and in order, and not for ever', () => {
    const room = log(entered, message(4), message(3), message(4));
    expect(room.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    const many = Array.from({ length: MOST_MESSAGES + 5 }, (_, index) => message(index + 10));
    expect(log(room, ...many).messages).toHaveLength(MOST_MESSAGES);
  });

  it('keeps the messages that it has when it comes back', () => {
    const room = afterMoment(log(entered, message(3)), { event: 'room:resumed', data: arrival(), at: AT });
    expect(room.messages).toHaveLength(3);
  });

  it('takes the words of a deleted message, and leaves its place', () => {
    const room = log(entered, { seq: 3, event: 'chat:deleted', data: { message: 1, by: 'host' }, at: AT });
    expect(room.messages.map(({ text }) => text)).toEqual([null, 'no. 2']);
  });

  it('knows who is silenced, and whether oneself is', () => {
    const mute = (userId: string, muted: boolean): LiveLogFrame => ({
      seq: 3,
      event: 'chat:muted',
      data: { userId, muted, by: 'host' },
      at: AT,
    });
    const other = log(entered, mute('a', true));
    expect([other.muted, [...other.silenced]]).toEqual([false, ['a']]);
    expect(log(other, mute('a', false)).silenced.size).toBe(0);
    expect(log(entered, mute(ME, true)).muted).toBe(true);
  });

  it('follows the show through its life', () => {
    const started = log(entered, { seq: 3, event: 'show:started', data: { by: 'host' }, at: AT });
    expect(started.show).toMatchObject({ status: 'live', startedAt: AT });
    const stalled = log(started, { seq: 4, event: 'media:stalled', data: { since: AT }, at: AT });
    expect(stalled.stalledSince).toBe(AT);
    const ended = log(stalled, { seq: 5, event: 'show:ended', data: { by: null, because: 'asked' }, at: AT });
    expect(ended).toMatchObject({ show: { status: 'ended', endedAt: AT }, stalledSince: null });
  });

  it('forgets that the picture was held back when it comes back to another seat', () => {
    const held = afterMoment(entered, { event: 'media:audio_only', data: { on: true }, at: AT });
    expect(held.audioOnly).toBe(true);
    const back = (participantId: string) =>
      afterMoment(held, { event: 'room:resumed', data: arrival({ participantId }), at: AT });
    expect(back('seat').audioOnly).toBe(true);
    expect(back('another').audioOnly).toBe(false);
  });
});
