/** An entry of a browser's `getStats()`: members by their names in W3C's webrtc-stats, any of which may be missing. */
export type StatsEntry = { readonly id: string; readonly type: string } & Readonly<Record<string, unknown>>;

/** A picture as it is sent or received. `bitrate` is bits per second, null at the first look. */
export type PictureStatistics = {
  /** The simulcast stream's name, when it is one of several. */
  readonly rid: string | null;
  readonly codec: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly framesPerSecond: number | null;
  /** Decoded, or encoded, from the beginning. */
  readonly frames: number;
  readonly bitrate: number | null;
  /** What keeps the sender from a better picture: `cpu`, `bandwidth`; null when nothing does. */
  readonly limitedBy: string | null;
};

export type SoundStatistics = {
  readonly codec: string | null;
  readonly bytes: number;
  readonly bitrate: number | null;
  /** From the beginning; it grows while something is heard. */
  readonly energy: number | null;
};

/** The way that media goes. */
export type PathStatistics = {
  readonly protocol: 'udp' | 'tcp' | 'tls' | null;
  /** Through a TURN server. */
  readonly relayed: boolean;
  readonly localType: string | null;
  readonly rttMs: number | null;
};

export type MediaStatistics = {
  readonly pictures: readonly PictureStatistics[];
  readonly sounds: readonly SoundStatistics[];
  readonly path: PathStatistics | null;
  /** The share of packets that were lost since the last look, 0 to 1; null when none were on the way. */
  readonly loss: number | null;
  readonly jitterMs: number | null;
};

/** What a look leaves for the next one, to tell rates from. */
export type StatisticsSample = {
  readonly at: number;
  readonly bytes: ReadonlyMap<string, number>;
  readonly packets: number;
  readonly lost: number;
};

/**
 * What a transport's statistics mean. Works for sending and receiving alike.
 * @param at milliseconds of a clock that only goes forward
 */
export function readStatistics(
  report: Iterable<StatsEntry>,
  at: number,
  before: StatisticsSample | null,
): { statistics: MediaStatistics; sample: StatisticsSample } {
  const entries = new Map([...report].filter((entry) => !isProbe(entry)).map((entry) => [entry.id, entry]));
  const all = [...entries.values()];
  const streams = all.filter(({ type }) => type === 'inbound-rtp' || type === 'outbound-rtp');
  const bytes = new Map(streams.map((stream) => [stream.id, bytesOf(stream)]));
  const bitrateOf = (id: string) => {
    const earlier = before?.bytes.get(id);
    if (!before || earlier === undefined || at <= before.at) return null;
    return (((bytes.get(id) ?? 0) - earlier) * 8_000) / (at - before.at);
  };
  const codecOf = (stream: StatsEntry) =>
    text(entries.get(text(stream, 'codecId') ?? ''), 'mimeType')?.replace(/^.*\//, '') ?? null;

  // The other side's report of what arrived there, or what arrived here.
  const arrivals = all.filter(({ type }) => type === 'remote-inbound-rtp' || type === 'inbound-rtp');
  const lost = sum(arrivals, 'packetsLost');
  const packets =
    sum(
      streams.filter(({ type }) => type === 'outbound-rtp'),
      'packetsSent',
    ) +
    sum(
      all.filter(({ type }) => type === 'inbound-rtp'),
      'packetsReceived',
    ) +
    sum(
      all.filter(({ type }) => type === 'inbound-rtp'),
      'packetsLost',
    );

  const statistics: MediaStatistics = {
    pictures: streams
      .filter((stream) => text(stream, 'kind') === 'video')
      .map((stream) => ({
        rid: text(stream, 'rid'),
        codec: codecOf(stream),
        width: number(stream, 'frameWidth'),
        height: number(stream, 'frameHeight'),
        framesPerSecond: number(stream, 'framesPerSecond'),
        frames: number(stream, 'framesDecoded') ?? number(stream, 'framesEncoded') ?? 0,
        bitrate: bitrateOf(stream.id),
        limitedBy: limitOf(stream),
      }))
      // Browsers name layers in no order.
      .sort((one, other) => (other.height ?? 0) - (one.height ?? 0)),
    sounds: streams
      .filter((stream) => text(stream, 'kind') === 'audio')
      .map((stream) => ({
        codec: codecOf(stream),
        bytes: bytesOf(stream),
        bitrate: bitrateOf(stream.id),
        energy: number(stream, 'totalAudioEnergy'),
      })),
    path: pathOf(entries),
    loss: lossSince(before, packets, lost),
    jitterMs: jitterOf(arrivals),
  };
  return { statistics, sample: { at, bytes, packets, lost } };
}

/** mediasoup sends packets to find out how much gets through; they are no picture. */
function isProbe(entry: StatsEntry): boolean {
  return entry.mid === 'probator' || entry.trackIdentifier === 'probator';
}

function bytesOf(stream: StatsEntry): number {
  return number(stream, 'bytesReceived') ?? number(stream, 'bytesSent') ?? 0;
}

function limitOf(stream: StatsEntry): string | null {
  const reason = text(stream, 'qualityLimitationReason');
  return reason === 'none' ? null : reason;
}

function lossSince(before: StatisticsSample | null, packets: number, lost: number): number | null {
  const sent = packets - (before?.packets ?? 0);
  if (sent <= 0) return null;
  return Math.min(1, Math.max(0, lost - (before?.lost ?? 0)) / sent);
}

function jitterOf(arrivals: readonly StatsEntry[]): number | null {
  const jitters = arrivals.flatMap((arrival) => number(arrival, 'jitter') ?? []);
  return jitters.length > 0 ? Math.max(...jitters) * 1_000 : null;
}

/** The pair of candidates in use. Firefox names no transport, but marks the pair. */
function pathOf(entries: ReadonlyMap<string, StatsEntry>): PathStatistics | null {
  const all = [...entries.values()];
  const chosen = all.map((entry) => text(entry, 'selectedCandidatePairId')).find((id) => id !== null);
  const pair = chosen
    ? entries.get(chosen)
    : all.find(
        (entry) => entry.type === 'candidate-pair' && (entry.selected === true || entry.nominated === true),
      );
  if (!pair) return null;
  const local = entries.get(text(pair, 'localCandidateId') ?? '');
  const localType = text(local, 'candidateType');
  const relayed = localType === 'relay';
  const seconds = number(pair, 'currentRoundTripTime');
  return {
    protocol: protocolOf(relayed ? text(local, 'relayProtocol') : text(local, 'protocol')),
    relayed,
    localType,
    rttMs: seconds === null ? null : seconds * 1_000,
  };
}

function protocolOf(name: string | null): PathStatistics['protocol'] {
  return name === 'udp' || name === 'tcp' || name === 'tls' ? name : null;
}

function sum(entries: readonly StatsEntry[], name: string): number {
  return entries.reduce((total, entry) => total + (number(entry, name) ?? 0), 0);
}

function number(entry: StatsEntry | undefined, name: string): number | null {
  const value = entry?.[name];
  return typeof value === 'number' ? value : null;
}

function text(entry: StatsEntry | undefined, name: string): string | null {
  const value = entry?.[name];
  return typeof value === 'string' ? value : null;
}
