import type { Device } from 'mediasoup-client';
import type { Consumer, ConsumerOptions, Transport } from 'mediasoup-client/types';
import type { LiveMomentData } from '#contract/live-room.ts';
import type { MediaSource, OriginConsumer } from '#contract/origin.ts';
import { ApiError, hasReason } from '../../api/errors.ts';
import { Store } from '../store.ts';
import { loadDevice, receivable, transportOptions } from './media-device.ts';
import { isUnreachable, type LinkState, MediaLink } from './media-link.ts';
import { type FrozenFacts, PictureGuard } from './picture-guard.ts';
import { layersOf, type Quality, wishOf } from './quality.ts';
import type { Ask, LiveRequestInput } from './signalling.ts';

/** A track that arrives. */
export type ReceivedTrack = {
  /** As the room names it in `media:tracks`. */
  readonly id: string;
  readonly source: MediaSource;
  readonly track: MediaStreamTrack;
};

export type WatcherState = {
  readonly link: LinkState;
  readonly problem: unknown;
  readonly tracks: readonly ReceivedTrack[];
  readonly quality: Quality;
};

type Received = { readonly description: OriginConsumer; readonly consumer: Consumer };

const LOOK_AT_PICTURE_EVERY_MS = 1_000;
/** Who joins again of their own accord may not be alone in that. */
const REJOIN_WITHIN_MS = 3_000;

/** Receives all that is published in a room, in two exchanges, and keeps doing so. */
export class Watcher {
  readonly state = new Store<WatcherState>({ link: 'idle', problem: null, tracks: [], quality: 'auto' });
  readonly #ask: Ask;
  readonly #link: MediaLink;
  readonly #received = new Map<string, Received>();
  readonly #guard = new PictureGuard();
  #transport: Transport | null = null;
  /** One change of what is received after another. */
  #turn: Promise<unknown> = Promise.resolve();
  #guardTimer: ReturnType<typeof setInterval> | undefined;

  constructor(ask: Ask, hurry: () => void) {
    this.#ask = ask;
    this.#link = new MediaLink(
      {
        join: (answered) => this.#join(answered),
        restartIce: () => this.#restartIce(),
        hurry,
        onState: (link, problem) => this.state.change({ link, problem }),
      },
      { now: () => performance.now(), random: Math.random },
    );
  }

  start(): void {
    if (this.#link.state !== 'idle') return;
    this.#link.start();
    this.#guardTimer = setInterval(() => void this.#lookAtPicture(), LOOK_AT_PICTURE_EVERY_MS);
  }

  /** After it has failed. */
  retry(): void {
    this.#link.start();
  }

  stop(): void {
    clearInterval(this.#guardTimer);
    this.#link.stop();
    this.#transport?.close();
    this.#transport = null;
    this.#received.clear();
    this.state.change({ tracks: [] });
  }

  signallingIs(live: boolean, keptSeat: boolean): void {
    this.#link.signallingIs(live, keptSeat);
  }

  rejoin(withinMs: number): void {
    this.#link.rejoin(withinMs);
  }

  /** All that is received now. */
  take({ transportId, consumers }: LiveMomentData['media:consumers']): void {
    const transport = this.#transport;
    if (transport?.id !== transportId) return;
    this.#inTurn(() => this.#reconcile(transport, consumers)).catch((error: unknown) => {
      // What belonged to a transport that is gone is of no concern any more; and when the network is back all is told once more.
      if (transport !== this.#transport || (isUnreachable(error) && !this.#link.canSignal)) return;
      // Otherwise what was not asked for would stay away for good. Others may have been refused with it.
      this.#link.rejoin(hasReason(error, 'join_again') ? 0 : REJOIN_WITHIN_MS);
    });
  }

  /** All that is published now, by id: what is missing has ended. */
  published(ids: ReadonlySet<string>): void {
    void this.#inTurn(async () => {
      const ended = [...this.#received].filter(([, { description }]) => !ids.has(description.producerId));
      for (const [id, { consumer }] of ended) {
        consumer.close();
        this.#received.delete(id);
      }
      if (ended.length > 0) this.#show();
    });
  }

  /** Wishes for at most so much picture, from now on. */
  async want(quality: Quality): Promise<void> {
    this.state.change({ quality });
    const wishes = [...this.#received.values()]
      .filter(({ description }) => description.kind === 'video')
      .map(({ description }) => wishOf(description, quality));
    if (wishes.length > 0) await this.#ask('media:layers', { wishes });
  }

  /** What the browser counts of it; null while nothing is received. */
  async stats(): Promise<RTCStatsReport | null> {
    return (await this.#transport?.getStats()) ?? null;
  }

  async #join(answered: () => void): Promise<boolean> {
    const device = await loadDevice();
    const { quality } = this.state.read();
    const { receive, iceServers, consumers } = await this.#ask('media:join', {
      watch: { rtpCapabilities: receivable(device), layers: layersOf(quality) },
    });
    answered();
    if (!receive) throw new Error('the room gave no transport to receive by');
    const before = this.#transport;
    const transport = this.#transportOf(device, transportOptions(receive, iceServers));
    await this.#inTurn(async () => {
      before?.close();
      this.#received.clear();
      this.#guard.reset();
      await this.#reconcile(transport, consumers);
    });
    if (quality === 'sound') await this.want(quality);
    return consumers.length > 0;
  }

  #transportOf(device: Device, options: Parameters<Device['createRecvTransport']>[0]): Transport {
    const transport = device.createRecvTransport(options);
    this.#transport = transport;
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      this.#ask('media:connect', { transportId: transport.id, dtlsParameters }).then(() => done(), failed);
    });
    transport.on('connectionstatechange', (state) => {
      if (transport === this.#transport) this.#link.transportIs(state);
    });
    return transport;
  }

  async #restartIce(): Promise<void> {
    const transport = this.#transport;
    if (!transport) throw new Error('there is no transport to restart');
    const { iceParameters } = await this.#ask('media:restart_ice', { transportId: transport.id });
    await transport.restartIce({ iceParameters });
  }

  /** Receives exactly these: what is new is set up and asked for, what is missing ends. */
  async #reconcile(transport: Transport, consumers: readonly OriginConsumer[]): Promise<void> {
    if (transport !== this.#transport) return;
    const there = new Set(consumers.map(({ id }) => id));
    for (const [id, { consumer }] of this.#received) {
      if (there.has(id)) continue;
      consumer.close();
      this.#received.delete(id);
    }
    const fresh = consumers.filter(({ id }) => !this.#received.has(id));
    await Promise.all(
      fresh.map(async (description) => {
        // The wire's schemas bound what mediasoup-client's types leave open; the shapes are its own.
        const consumer = await transport.consume(description as ConsumerOptions);
        this.#received.set(description.id, { description, consumer });
      }),
    );
    if (transport !== this.#transport) return;
    this.#show();
    const { quality } = this.state.read();
    // Not only the new ones: the last wish may not have arrived.
    const wishes = consumers.filter(({ awaitsResume }) => awaitsResume).map((one) => wishOf(one, quality));
    if (wishes.length > 0) await this.#wish(wishes);
  }

  /** Wishes are refused together. When one of these tracks has just ended, the others are wished for one by one. */
  async #wish(wishes: LiveRequestInput<'media:layers'>['wishes']): Promise<void> {
    try {
      await this.#ask('media:layers', { wishes });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const each = wishes.map((wish) => this.#ask('media:layers', { wishes: [wish] }));
      for (const { reason } of (await Promise.allSettled(each)).filter(isRejected)) {
        if (!isNotFound(reason)) throw reason;
      }
    }
  }

  #show(): void {
    const tracks = [...this.#received.values()].map(({ description, consumer }) => ({
      id: description.producerId,
      source: description.source,
      track: consumer.track,
    }));
    this.state.change({ tracks });
  }

  /** A picture that arrives but cannot be shown is asked for anew, and if that does not help, everything is. */
  async #lookAtPicture(): Promise<void> {
    const picture = [...this.#received.values()].find(({ description }) => description.kind === 'video');
    if (this.state.read().link !== 'connected' || !picture || document.hidden) {
      this.#guard.reset();
      return;
    }
    const facts = await frozenFactsOf(picture.consumer);
    if (!facts) return;
    switch (this.#guard.look(facts)) {
      case 'fine':
        return;
      case 'ask_for_picture': {
        const { description } = picture;
        const { quality } = this.state.read();
        // Held back and let go again, it begins with a whole picture.
        const wish = wishOf(description, quality);
        await this.#ask('media:layers', { wishes: [{ ...wish, paused: true }] }).catch(() => {});
        await this.#ask('media:layers', { wishes: [wish] }).catch(() => {});
        return;
      }
      case 'rejoin':
        this.#link.rejoin(0);
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

async function frozenFactsOf(consumer: Consumer): Promise<FrozenFacts | null> {
  for (const entry of (await consumer.getStats()).values()) {
    if (entry.type === 'inbound-rtp') {
      return { bytesReceived: entry.bytesReceived ?? 0, framesDecoded: entry.framesDecoded ?? 0 };
    }
  }
  return null;
}

function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'NOT_FOUND';
}

function isRejected(settled: PromiseSettledResult<unknown>): settled is PromiseRejectedResult {
  return settled.status === 'rejected';
}
