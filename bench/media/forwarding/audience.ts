import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../../measure/statistics.ts';
import { startForked } from '../../stack/forked.ts';
import type { SentFrame, SyntheticVideo } from './synthetic-video.ts';
import type { UnreadMessage } from './unread-process.ts';

/** Every so manieth viewer is looked at; all are sent the same. */
const LOOKED_AT_EVERY = 10;
const MOST_LOOKED_AT = 60;

/** What has not come so long after the end of a window is lost. */
const LATE_MS = 500;

const RECEIVE_BUFFER_BYTES = 1 << 20;

/**
 * `loss`: the share of a window's packets that did not come, or too late. `delayP95`: milliseconds within which 95 % of the others did.
 * `packets`: all that came to anyone, from the beginning of the window until none is waited for any more.
 */
export type Reception = { loss: number; delayP95: number; packets: number };

type Arrival = { timestamp: number; at: number };

/**
 * Where viewers receive. Of ten one is looked at, for loss and delay; the others' packets go to a socket that nobody reads, where
 * the system drops them: received by a program, they would cost as much as sending them.
 */
export class Audience {
  readonly #looking: readonly Socket[];
  readonly #unreadPort: number;
  readonly #arrivals: Arrival[] = [];

  static async gather(cleanup: AsyncDisposableStack): Promise<Audience> {
    const unread = await startForked<UnreadMessage>(new URL('./unread-process.ts', import.meta.url), {});
    cleanup.defer(() => unread.kill());
    // A program that is stopped reads nothing, and its socket stays.
    process.kill(unread.pid, 'SIGSTOP');
    const looking = await Promise.all(
      Array.from({ length: MOST_LOOKED_AT }, async () => {
        const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES });
        socket.bind(0, '127.0.0.1');
        await once(socket, 'listening');
        return socket;
      }),
    );
    cleanup.defer(() => {
      for (const socket of looking) socket.close();
    });
    return new Audience(looking, unread.ready.port);
  }

  private constructor(looking: readonly Socket[], unreadPort: number) {
    this.#looking = looking;
    this.#unreadPort = unreadPort;
    for (const socket of looking) socket.on('message', (packet) => this.#take(packet));
  }

  /** The port that a viewer receives at, the viewers being numbered from 0. */
  portOf(viewer: number): number {
    const socket = viewer % LOOKED_AT_EVERY === 0 ? this.#looking[viewer / LOOKED_AT_EVERY] : undefined;
    return socket?.address().port ?? this.#unreadPort;
  }

  /** Looks for a while at what comes of the video to the first `viewers`. */
  async receive(video: SyntheticVideo, viewers: number, milliseconds: number): Promise<Reception> {
    const begun = performance.now();
    this.#arrivals.length = 0;
    await sleep(milliseconds);
    const ended = performance.now();
    await sleep(LATE_MS);
    const frames = [...video.sent.values()].filter(({ at }) => at >= begun && at < ended);
    const lookedAt = Math.min(Math.ceil(viewers / LOOKED_AT_EVERY), MOST_LOOKED_AT);
    return receptionOf(frames, this.#arrivals, { viewers, lookedAt });
  }

  #take(packet: Buffer): void {
    // RTCP (RFC 5761) is not what is looked for.
    const type = packet.readUInt8(1);
    if (type >= 192 && type <= 223) return;
    this.#arrivals.push({ timestamp: packet.readUInt32BE(4), at: performance.now() });
  }
}

/** What came of these frames, going by the viewers who were looked at. */
export function receptionOf(
  frames: readonly SentFrame[],
  arrivals: readonly Arrival[],
  { viewers, lookedAt }: { viewers: number; lookedAt: number },
): Reception {
  const sent = new Map(frames.map((frame) => [frame.timestamp, frame]));
  const delays: number[] = [];
  for (const { timestamp, at } of arrivals) {
    const frame = sent.get(timestamp);
    if (frame) delays.push(at - frame.at);
  }
  const expected = frames.reduce((sum, { packets }) => sum + packets, 0) * lookedAt;
  return {
    loss: 1 - delays.length / expected,
    delayP95: percentile(delays, 0.95),
    packets: (arrivals.length * viewers) / lookedAt,
  };
}
