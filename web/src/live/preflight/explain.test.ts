import { describe, expect, it } from 'vitest';
import type { TransportParameters } from '#contract/rtp.ts';
import { explainBrowser } from './explain-browser.ts';
import { explainPaths, type Paths } from './explain-paths.ts';
import { explainPicture } from './explain-picture.ts';
import { type Finding, summarize } from './finding.ts';
import type { LoopbackResult } from './loopback.ts';
import { answerSdp } from './path-probe.ts';

const reached = { reached: true, rttMs: 12.4 } as const;
const not = { reached: false } as const;
const paths = (changes: Partial<Paths>) =>
  explainPaths({ udp: reached, tcp: reached, turn: null, addresses: ['203.0.113.7'], ...changes });
const statuses = (findings: Record<string, Finding>) => Object.values(findings).map(({ status }) => status);

/** Whatever is not well says what to do. */
const expectAdvice = (finding: Finding) => expect(finding.advice === undefined).toBe(finding.status === 'ok');

describe('the ways to the origin', () => {
  it.each([
    ['all is open', {}, ['ok', 'ok', 'ok']],
    ['UDP is held back', { udp: not }, ['warning', 'ok', 'ok']],
    ['TCP is held back', { tcp: not }, ['ok', 'warning', 'ok']],
    ['only the relay lets through', { udp: not, tcp: not, turn: reached }, ['warning', 'warning', 'ok']],
    ['nothing lets through', { udp: not, tcp: not, turn: not }, ['failing', 'failing', 'failing']],
    [
      'nothing lets through, and there is no relay',
      { udp: not, tcp: not },
      ['failing', 'failing', 'warning'],
    ],
    ['a relay is broken that nobody needs', { turn: not }, ['ok', 'ok', 'warning']],
  ])('when %s', (_, changes, expected) => {
    const findings = paths(changes);
    expect(statuses(findings)).toEqual(expected);
    for (const finding of Object.values(findings)) expectAdvice(finding);
  });

  it('name an address that leads nowhere from here', () => {
    const advice = (addresses: string[]) => paths({ udp: not, tcp: not, addresses }).udp.advice;
    expect(advice(['127.0.0.1'])).toContain('only programs on its own machine');
    expect(advice(['192.168.1.9'])).toContain('only those in the same network');
    expect(advice(['100.64.3.1'])).toContain('only those in the same network');
    expect(advice(['203.0.113.7'])).toContain('firewall');
  });
});

describe('the picture and back', () => {
  const result = (changes: Partial<LoopbackResult>): LoopbackResult => ({
    sendState: 'connected',
    receiveState: 'connected',
    bytesSent: 100_000,
    bytesReceived: 90_000,
    framesDecoded: 30,
    received: null,
    ...changes,
  });

  it('is fine when frames come back', () => {
    expect(explainPicture(result({}), 'camera').status).toBe('ok');
  });

  it.each([
    ['keys are not exchanged', { sendState: 'connecting' }, 'encrypted connection to send'],
    ['viewers get no keys', { receiveState: 'failed' }, 'encrypted connection to receive'],
    ['the camera gives nothing', { bytesSent: 0, bytesReceived: 0 }, 'your camera gives none'],
    ['nothing comes back', { bytesReceived: 0 }, 'none come back'],
    ['it cannot be decoded', {}, 'cannot show them'],
  ] as const)('is explained when %s', (_, changes, words) => {
    const finding = explainPicture(result({ framesDecoded: 0, ...changes }), 'camera');
    expect(finding.status).toBe('failing');
    expect(finding.found).toContain(words);
    expectAdvice(finding);
  });
});

describe('the browser', () => {
  const chrome = {
    isSecure: true,
    hasWebRtc: true,
    codecs: ['audio/opus', 'video/VP8', 'video/rtx', 'video/H264'],
  };
  it.each([
    ['ok', 'VP8, H264', {}],
    ['warning', 'https', { isSecure: false }],
    ['failing', 'no WebRTC', { hasWebRtc: false, codecs: null }],
    ['failing', 'too old', { codecs: null }],
    ['failing', 'no video that others', { codecs: ['audio/opus', 'video/AV1'] }],
  ] as const)('is %s: %s', (status, words, changes) => {
    const finding = explainBrowser({ ...chrome, ...changes });
    expect(finding.status).toBe(status);
    expect(finding.found).toContain(words);
    expectAdvice(finding);
  });
});

describe('the summary', () => {
  const ok: Finding = { status: 'ok', found: '' };
  const bad: Finding = { status: 'failing', found: '' };
  it('is what the picture says, as long as there is one', () => {
    expect(summarize({ picture: ok }, false)).toBeNull();
    expect(summarize({ browser: ok, server: ok, picture: ok }, true)?.status).toBe('ok');
    expect(summarize({ udp: { status: 'warning', found: '' }, picture: ok }, true)?.status).toBe('warning');
    expect(summarize({ udp: bad, tcp: bad }, true)?.status).toBe('failing');
    expect(summarize({ browser: bad }, true)?.status).toBe('failing');
  });
});

describe('the answer to a probe', () => {
  const candidate = {
    foundation: 'c',
    priority: 9,
    ip: '1.2.3.4',
    address: '1.2.3.4',
    type: 'host',
  } as const;
  const transport: TransportParameters = {
    id: '019ab0aa-1111-7222-8333-444455556666',
    iceParameters: { usernameFragment: 'ufrag', password: 'secret', iceLite: true },
    iceCandidates: [
      { ...candidate, protocol: 'udp', port: 14_000 },
      { ...candidate, protocol: 'tcp', port: 14_001, tcpType: 'passive' },
    ],
    dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: 'AA:BB' }] },
  };

  it('names only the candidates of the way that is tried', () => {
    const lines = (path: 'udp' | 'tcp' | 'turn') =>
      answerSdp(transport, path)
        .split('\r\n')
        .filter((line) => line.startsWith('a=candidate'));
    expect(lines('udp')).toEqual(['a=candidate:c 1 udp 9 1.2.3.4 14000 typ host']);
    expect(lines('tcp')).toEqual(['a=candidate:c 1 tcp 9 1.2.3.4 14001 typ host tcptype passive']);
    expect(lines('turn')).toEqual(lines('udp'));
  });
});
