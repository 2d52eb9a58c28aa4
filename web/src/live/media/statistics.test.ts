import { describe, expect, it } from 'vitest';
import { readStatistics, type StatsEntry } from './statistics.ts';

const path = (local: object): StatsEntry[] => [
  { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
  {
    id: 'Other',
    type: 'candidate-pair',
    nominated: true,
    localCandidateId: 'nobody',
    currentRoundTripTime: 9,
  },
  {
    id: 'P',
    type: 'candidate-pair',
    localCandidateId: 'L',
    remoteCandidateId: 'R',
    currentRoundTripTime: 0.024,
  },
  { id: 'L', type: 'local-candidate', ...local },
  { id: 'R', type: 'remote-candidate', candidateType: 'host', protocol: 'udp' },
];

const received = (seconds: number): StatsEntry[] => [
  ...path({ candidateType: 'prflx', protocol: 'udp' }),
  { id: 'probe', type: 'inbound-rtp', kind: 'video', mid: 'probator', bytesReceived: 1, jitter: 9 },
  { id: 'C', type: 'codec', mimeType: 'video/VP8' },
  {
    id: 'V',
    type: 'inbound-rtp',
    kind: 'video',
    codecId: 'C',
    bytesReceived: 125_000 * seconds,
    framesDecoded: 20 * seconds,
    framesPerSecond: 20,
    frameWidth: 1280,
    frameHeight: 720,
    packetsReceived: 95 * seconds,
    packetsLost: 5 * seconds,
    jitter: 0.004,
  },
  {
    id: 'A',
    type: 'inbound-rtp',
    kind: 'audio',
    bytesReceived: 4_000 * seconds,
    totalAudioEnergy: 0.5,
    jitter: 0.009,
  },
];

describe('statistics', () => {
  it('of what is received say picture, sound, path, and rates since the last look', () => {
    const first = readStatistics(received(1), 1_000, null);
    expect(first.statistics.pictures[0]?.bitrate).toBeNull();
    const { statistics } = readStatistics(received(3), 3_000, first.sample);
    expect(statistics.pictures).toEqual([
      {
        rid: null,
        codec: 'VP8',
        width: 1280,
        height: 720,
        framesPerSecond: 20,
        frames: 60,
        bitrate: 1_000_000,
        limitedBy: null,
      },
    ]);
    expect(statistics.sounds).toEqual([{ codec: null, bytes: 12_000, bitrate: 32_000, energy: 0.5 }]);
    expect(statistics.path).toEqual({ protocol: 'udp', relayed: false, localType: 'prflx', rttMs: 24 });
    expect(statistics.loss).toBeCloseTo(0.05, 10);
    expect(statistics.jitterMs).toBe(9);
  });

  it('of what is sent count each layer, the largest first, and the loss that the other side reports', () => {
    const sent = (seconds: number): StatsEntry[] => [
      {
        id: '0',
        type: 'outbound-rtp',
        kind: 'video',
        rid: 'r0',
        bytesSent: 15_000 * seconds,
        packetsSent: 20 * seconds,
      },
      {
        id: '1',
        type: 'outbound-rtp',
        kind: 'video',
        rid: 'r1',
        frameHeight: 360,
        bytesSent: 60_000 * seconds,
        packetsSent: 80 * seconds,
        framesEncoded: 20 * seconds,
        qualityLimitationReason: 'cpu',
      },
      { id: 'far', type: 'remote-inbound-rtp', kind: 'video', packetsLost: seconds },
    ];
    const { sample } = readStatistics(sent(1), 1_000, null);
    const { statistics } = readStatistics(sent(2), 2_000, sample);
    expect(statistics.pictures.map(({ rid, bitrate, limitedBy }) => [rid, bitrate, limitedBy])).toEqual([
      ['r1', 480_000, 'cpu'],
      ['r0', 120_000, null],
    ]);
    expect(statistics.loss).toBeCloseTo(0.01, 10);
  });

  it('tell TCP and TURN, and how the TURN server is reached', () => {
    const over = (local: object) => readStatistics(path(local), 1, null).statistics.path;
    expect(over({ candidateType: 'host', protocol: 'tcp' })).toMatchObject({
      protocol: 'tcp',
      relayed: false,
    });
    expect(over({ candidateType: 'relay', protocol: 'udp', relayProtocol: 'tls' })).toMatchObject({
      protocol: 'tls',
      relayed: true,
    });
  });

  it('know the path in use where no transport names it', () => {
    const entries = path({ candidateType: 'host', protocol: 'udp' })
      .filter(({ type }) => type !== 'transport')
      .map((entry) => (entry.id === 'P' ? { ...entry, selected: true } : { ...entry, nominated: false }));
    expect(readStatistics(entries, 1, null).statistics.path).toMatchObject({ protocol: 'udp', rttMs: 24 });
  });

  it('say nothing where there is nothing', () => {
    const { statistics } = readStatistics([], 1, null);
    expect(statistics).toEqual({ pictures: [], sounds: [], path: null, loss: null, jitterMs: null });
  });
});
