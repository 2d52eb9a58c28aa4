import { describe, expect, it } from 'vitest';
import { joinBody, openRoomBody, originOperations, originPath, publishBody } from './origin.ts';
import { ROUTER_RTP_CAPABILITIES } from './router-capabilities.ts';
import { rtpCapabilities, rtpParameters } from './rtp.ts';

const roomId = '0198a4c1-7b1e-7c3a-8f00-0123456789ab';
const problems = (parsed: { error?: { issues: { path: PropertyKey[] }[] } }) =>
  parsed.error?.issues.map(({ path }) => path.join('.'));

describe('paths', () => {
  it('are filled in, and nothing in them is taken for a path', () => {
    const path = originPath(originOperations.join.path, { roomId, participantId: 'a/../b' });
    expect(path).toBe(`/v1/rooms/${roomId}/participants/a%2F..%2Fb/join`);
  });
});

describe('a join', () => {
  it('is for something', () => {
    expect(problems(joinBody.safeParse({ at: 0, publish: false, watch: null }))).toEqual(['watch']);
  });
  it('takes the capabilities that origins have, unchanged', () => {
    expect(rtpCapabilities.parse(ROUTER_RTP_CAPABILITIES)).toEqual(ROUTER_RTP_CAPABILITIES);
  });
  it('bounds what it takes', () => {
    const codecs = Array.from({ length: 65 }, () => ROUTER_RTP_CAPABILITIES.codecs[0]);
    expect(rtpCapabilities.safeParse({ codecs }).success).toBe(false);
  });
});

describe('publishing', () => {
  const track = {
    source: 'microphone',
    kind: 'audio',
    rtpParameters: { codecs: [{ mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000 }] },
  };
  const publish = (...tracks: object[]) => problems(publishBody.safeParse({ transportId: roomId, tracks }));
  it('takes a source once', () => {
    expect(publish(track)).toBeUndefined();
    expect(publish(track, track)).toEqual(['tracks']);
  });
  it('takes a camera for video only', () => {
    expect(publish({ ...track, source: 'camera' })).toEqual(['tracks']);
  });
  it('takes flat format parameters only', () => {
    const codec = { ...track.rtpParameters.codecs[0], parameters: { 'profile-id': 0, deep: { deeper: 1 } } };
    expect(problems(rtpParameters.safeParse({ codecs: [codec] }))).toEqual(['codecs.0.parameters']);
  });
});

describe('a renewal', () => {
  it('that names everybody says as of when', () => {
    expect(problems(openRoomBody.safeParse({ participants: [] }))).toEqual(['at']);
    expect(problems(openRoomBody.safeParse({ at: 1, participants: ['a'] }))).toBeUndefined();
  });
});
