import type { Consumer } from 'mediasoup/types';
import type { OriginConsumer } from '#contract/origin.ts';
import type { Layers } from '#contract/rtp.ts';
import { PictureFallback } from './picture-fallback.ts';
import type { Track } from './track.ts';

/** More than any stream has: mediasoup takes its highest. */
const EVERY_LAYER: Layers = { spatialLayer: 3, temporalLayer: 3 };
/**
 * mediasoup scores streams from 0 to 10 by the packets that are lost. A stream without layers, sent well by its publisher,
 * shows no usable picture when so little of it reaches the viewer.
 */
const SENT_WELL = 7;
const RECEIVED_BADLY = 4;

/** A track as one viewer gets it: what they wish, and what their connection can carry. */
export class ViewedTrack {
  readonly track: Track;
  readonly consumer: Consumer;
  readonly #fallback: PictureFallback | null;
  #awaitsResume: boolean;
  #pausedByViewer = false;

  constructor(track: Track, consumer: Consumer, now: number) {
    this.track = track;
    this.consumer = consumer;
    this.#awaitsResume = consumer.paused;
    this.#fallback = consumer.kind === 'video' ? new PictureFallback(now) : null;
  }

  /** Whether the picture is held back because it does not fit. */
  get heldBack(): boolean {
    return this.#fallback?.held ?? false;
  }

  /** Takes over what the viewer wishes. From now on they are ready. */
  async wish({ paused, layers }: { paused: boolean; layers: Layers | null }): Promise<void> {
    this.#awaitsResume = false;
    this.#pausedByViewer = paused;
    if (this.consumer.kind === 'video') await this.consumer.setPreferredLayers(layers ?? EVERY_LAYER);
    await this.#apply();
  }

  /** Looks whether the connection carries it. @returns whether the picture is held back now and was not, or the other way round */
  async observe(now: number): Promise<boolean> {
    if (!this.#fallback || this.consumer.closed) return false;
    const before = this.#fallback.held;
    this.#fallback.observe(this.#starved, now);
    if (this.#fallback.held === before) return false;
    await this.#apply();
    return true;
  }

  get description(): OriginConsumer {
    const { consumer, track } = this;
    return {
      id: consumer.id,
      producerId: track.id,
      participantId: track.participantId,
      source: track.source,
      kind: consumer.kind,
      rtpParameters: consumer.rtpParameters,
      producerPaused: consumer.producerPaused,
      awaitsResume: this.#awaitsResume,
    };
  }

  get #starved(): boolean {
    const { consumer, track } = this;
    if (consumer.paused || consumer.producerPaused || !track.flowing) return false;
    // mediasoup sends no layer at all when the bandwidth is below that of the lowest.
    if (consumer.type === 'simulcast' || consumer.type === 'svc') return consumer.currentLayers === undefined;
    return consumer.score.producerScore >= SENT_WELL && consumer.score.score <= RECEIVED_BADLY;
  }

  async #apply(): Promise<void> {
    if (this.consumer.closed) return;
    const paused = this.#awaitsResume || this.#pausedByViewer || this.heldBack;
    if (paused && !this.consumer.paused) await this.consumer.pause();
    if (!paused && this.consumer.paused) await this.consumer.resume();
  }
}
