import type { Device } from 'mediasoup-client';
import type { Producer, ProducerOptions, Transport } from 'mediasoup-client/types';
import type { MediaSource } from '#contract/origin.ts';
import type { DtlsParameters } from '#contract/rtp.ts';
import { ApiError, hasReason } from '../../api/errors.ts';
import { Store } from '../store.ts';
import { CAMERA_ENCODINGS, SCREEN_ENCODINGS, videoCodecOf } from './encodings.ts';
import { loadDevice, transportOptions } from './media-device.ts';
import { isUnreachable, type LinkState, MediaLink } from './media-link.ts';
import type { Ask, LiveRequestInput } from './signalling.ts';

export type PublisherState = {
  readonly link: LinkState;
  readonly problem: unknown;
  /** What the room has of each source that is published. */
  readonly published: Partial<Record<MediaSource, { readonly trackId: string }>>;
};

/** What could not be told, as when an origin did not answer, is tried again after so long. */
const SETTLE_AGAIN_MS = 3_000;

type Published = { producer: Producer; trackId: string; toldMuted: boolean };

type PublishedTrack = LiveRequestInput<'media:publish'>['tracks'][number];

/** Sends what it is given to a room, in two exchanges, and keeps doing so. Whoever gives tracks also stops them. */
export class Publisher {
  readonly state = new Store<PublisherState>({ link: 'idle', problem: null, published: {} });
  readonly #ask: Ask;
  readonly #link: MediaLink;
  /** What is to be published of each source. */
  readonly #wanted = new Map<MediaSource, MediaStreamTrack>();
  /** What is muted, and stays so whichever device it comes from. */
  readonly #muted = new Set<MediaSource>();
  readonly #published = new Map<MediaSource, Published>();
  #transport: Transport | null = null;
  /** One change of what is sent after another. */
  #turn: Promise<unknown> = Promise.resolve();
  #takesOver = false;
  #settleTimer: ReturnType<typeof setTimeout> | undefined;

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

  /** Sends what is wanted so far, and what is wanted later. `takeOver`: though another page of this person does. */
  start({ takeOver = false } = {}): void {
    this.#takesOver = takeOver;
    if (this.#link.state === 'idle' || this.#link.state === 'failed') this.#link.start();
  }

  stop(): void {
    clearTimeout(this.#settleTimer);
    this.#link.stop();
    this.#transport?.close();
    this.#transport = null;
    this.#published.clear();
    this.#show();
  }

  signallingIs(live: boolean, keptSeat: boolean): void {
    this.#link.signallingIs(live, keptSeat);
    if (live && keptSeat) this.#settleQuietly();
  }

  rejoin(withinMs: number): void {
    this.#link.rejoin(withinMs);
  }

  /** Sends this track as a source, in place of the one before it; null: nothing. */
  async send(source: MediaSource, track: MediaStreamTrack | null): Promise<void> {
    if (track) {
      // Before it goes anywhere.
      track.enabled = !this.#muted.has(source);
      this.#wanted.set(source, track);
    } else this.#wanted.delete(source);
    await this.#settle();
  }

  /** Nothing of a muted source leaves this page. */
  async mute(source: MediaSource, muted: boolean): Promise<void> {
    if (muted) this.#muted.add(source);
    else this.#muted.delete(source);
    const track = this.#wanted.get(source);
    if (!track) return;
    // At once, whatever becomes of the network.
    track.enabled = !muted;
    await this.#settle();
  }

  /** What the browser counts of it; null while nothing is sent. */
  async stats(): Promise<RTCStatsReport | null> {
    return (await this.#transport?.getStats()) ?? null;
  }

  async #join(answered: () => void): Promise<boolean> {
    const device = await loadDevice();
    const { send, iceServers } = await this.#ask('media:join', {
      publish: true,
      takeOver: this.#takesOver,
    });
    // Once: whoever takes over from here later is not to be undone by a network that comes back.
    this.#takesOver = false;
    answered();
    if (!send) throw new Error('the room gave no transport to send by');
    return this.#inTurn(async () => {
      this.#transport?.close();
      this.#published.clear();
      const first = new FirstBatch();
      const transport = device.createSendTransport(transportOptions(send, iceServers));
      this.#transport = transport;
      transport.on('connect', ({ dtlsParameters }, done) => {
        first.dtlsParameters = dtlsParameters;
        done();
      });
      transport.on('produce', ({ kind, rtpParameters, appData }, done, failed) => {
        // Every producer is made with its source, below; the wire's schema takes mediasoup's parameters as they are.
        const track = {
          source: appData.source,
          kind,
          rtpParameters,
          paused: appData.muted,
        } as PublishedTrack;
        if (first.isOpen) {
          done({ id: first.add(track) });
          return;
        }
        this.#ask('media:publish', { transportId: transport.id, tracks: [track] }).then(
          ({ tracks }) => done({ id: tracks[0]?.id ?? '' }),
          failed,
        );
      });
      transport.on('connectionstatechange', (state) => {
        if (transport === this.#transport) this.#link.transportIs(state);
      });
      const made = new Map<MediaSource, { producer: Producer; muted: boolean }>();
      for (const [source, track] of this.#wanted) {
        const muted = this.#muted.has(source);
        made.set(source, { producer: await this.#produce(device, transport, source, track, muted), muted });
      }
      first.isOpen = false;
      const { dtlsParameters, tracks } = first;
      if (tracks.length === 0) return false;
      const answer = await this.#ask('media:publish', { transportId: transport.id, dtlsParameters, tracks });
      for (const { id, source } of answer.tracks) {
        const one = made.get(source);
        if (one) this.#published.set(source, { producer: one.producer, trackId: id, toldMuted: one.muted });
      }
      this.#show();
      return true;
    }).finally(() => this.#settleQuietly());
  }

  #produce(
    device: Device,
    transport: Transport,
    source: MediaSource,
    track: MediaStreamTrack,
    muted: boolean,
  ): Promise<Producer> {
    const shared = { track, stopTracks: false, disableTrackOnPause: false, appData: { source, muted } };
    return transport.produce({ ...shared, ...optionsOf(source, device) });
  }

  async #restartIce(): Promise<void> {
    const transport = this.#transport;
    if (!transport) throw new Error('there is no transport to restart');
    const { iceParameters } = await this.#ask('media:restart_ice', { transportId: transport.id });
    await transport.restartIce({ iceParameters });
  }

  /** Brings what is sent to what is wanted. What cannot be told now is told later. */
  async #settle(): Promise<void> {
    try {
      await this.#inTurn(() => this.#bringToWanted());
    } catch (error) {
      if (isPassing(error)) this.#settleSoon();
      // The room has lost what was set up, and has not said so yet.
      else if (hasReason(error, 'join_again')) this.#link.rejoin(0);
      else throw error;
    }
  }

  /** For when nobody waits for it: what is refused shows by its absence in `published`. */
  #settleQuietly(): void {
    this.#settle().catch(() => {});
  }

  #settleSoon(): void {
    clearTimeout(this.#settleTimer);
    this.#settleTimer = setTimeout(() => this.#settleQuietly(), SETTLE_AGAIN_MS);
  }

  async #bringToWanted(): Promise<void> {
    const transport = this.#transport;
    if (!transport || transport.closed || this.#link.state === 'idle') return;
    for (const [source, { producer, trackId }] of this.#published) {
      if (this.#wanted.has(source)) continue;
      producer.close();
      // What cannot be told now stays here, and is told later; what has ended already need not be.
      await this.#ask('media:close', { trackId }).catch((error: unknown) => {
        if (!(error instanceof ApiError) || error.code !== 'NOT_FOUND') throw error;
      });
      this.#published.delete(source);
      this.#show();
    }
    for (const [source, track] of this.#wanted) {
      const muted = this.#muted.has(source);
      const published = this.#published.get(source);
      if (!published || published.producer.closed) await this.#add(transport, source, track, muted);
      else {
        if (published.producer.track !== track) await published.producer.replaceTrack({ track });
        if (published.toldMuted !== muted) {
          await this.#ask(muted ? 'media:pause' : 'media:resume', { trackId: published.trackId });
          published.toldMuted = muted;
        }
      }
    }
  }

  async #add(
    transport: Transport,
    source: MediaSource,
    track: MediaStreamTrack,
    muted: boolean,
  ): Promise<void> {
    // The first tracks go out with a join, which alone carries the keys. One that is under way takes all that is wanted.
    if (this.#published.size === 0) {
      if (this.#link.state === 'connected') this.#link.rejoin(0);
      return;
    }
    const device = await loadDevice();
    const producer = await this.#produce(device, transport, source, track, muted);
    this.#published.set(source, { producer, trackId: producer.id, toldMuted: muted });
    this.#show();
  }

  #show(): void {
    const published = Object.fromEntries(
      [...this.#published].map(([source, { trackId }]) => [source, { trackId }]),
    );
    this.state.change({ published });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

/** The tracks that go out together, in one message with the keys of the connection. */
class FirstBatch {
  isOpen = true;
  dtlsParameters: DtlsParameters | undefined;
  readonly tracks: PublishedTrack[] = [];

  /** @returns an id of this page's own; the room's comes with its answer */
  add(track: PublishedTrack): string {
    this.tracks.push(track);
    return `first-${this.tracks.length}`;
  }
}

function optionsOf(source: MediaSource, device: Device): Partial<ProducerOptions> {
  const codec = videoCodecOf(device.sendRtpCapabilities.codecs ?? []);
  const video = { ...(codec ? { codec } : {}), codecOptions: { videoGoogleStartBitrate: 1_000 } };
  switch (source) {
    case 'camera':
      return { ...video, encodings: CAMERA_ENCODINGS };
    case 'screen':
      return { ...video, encodings: SCREEN_ENCODINGS };
    case 'microphone':
      // Silence costs next to nothing; what was lost is made good from the packet after it.
      return { codecOptions: { opusDtx: true, opusFec: true } };
    case 'screen-audio':
      return { codecOptions: { opusStereo: true, opusFec: true } };
  }
}

/** Whether the same may well be done in a moment. */
function isPassing(error: unknown): boolean {
  return isUnreachable(error) || (error instanceof ApiError && error.code === 'UPSTREAM_UNAVAILABLE');
}
