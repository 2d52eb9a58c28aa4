import type { EventFrame } from '#contract/events.ts';
import type { LiveMomentData, LiveTrack } from '#contract/live-room.ts';
import type { SocketState } from '../../realtime/live-socket.ts';
import { openSocket } from '../../realtime/open-socket.ts';
import { Publisher } from '../media/publisher.ts';
import type { Ask, LiveReply } from '../media/signalling.ts';
import { Watcher } from '../media/watcher.ts';
import { Store } from '../store.ts';
import { isLiveLogFrame, isLiveMomentFrame, type LiveMomentFrame } from './frames.ts';
import { afterLogged, afterMoment, EMPTY_LIVE_ROOM, type LiveRoomState } from './live-room-state.ts';

/** `refusal` and the close code with it: why the room will not have this page (any more). */
export type RoomConnection = {
  readonly state: SocketState;
  readonly refusal: string | null;
  readonly code: number | null;
};

type BurstListener = (counts: LiveMomentData['reaction:burst']['counts']) => void;

/** A page's place in a live room: what is known of it, its media, and how to ask it for something. */
export class LiveRoomClient {
  readonly room = new Store<LiveRoomState>(EMPTY_LIVE_ROOM);
  readonly connection = new Store<RoomConnection>({ state: 'connecting', refusal: null, code: null });
  readonly watcher: Watcher;
  readonly publisher: Publisher;
  readonly #ownId: string;
  readonly #opened: ReturnType<typeof openSocket>;
  readonly #burstListeners = new Set<BurstListener>();

  constructor(showId: string, ownId: string) {
    this.#ownId = ownId;
    const hurry = () => this.#opened.socket.hurry();
    this.watcher = new Watcher(this.ask, hurry);
    this.publisher = new Publisher(this.ask, hurry);
    this.#opened = openSocket(`/live-shows/${showId}/room`, {
      since: null,
      query: () => this.#seat(),
      onState: (state, refusal, code) => this.#socketIs({ state, refusal, code }),
      onEvent: (frame) => this.#take(frame),
    });
  }

  readonly ask: Ask = async (event, data) => {
    const reply = await this.#opened.socket.request(event, data);
    // Our own server's answer, which the contract holds to this shape.
    return reply as LiveReply<typeof event>;
  };

  /** Hears of reactions as they come; gives back what ends it. */
  onBurst(listener: BurstListener): () => void {
    this.#burstListeners.add(listener);
    return () => void this.#burstListeners.delete(listener);
  }

  /** Leaves the room at once. */
  close(): void {
    this.#stopMedia();
    this.#opened.close();
  }

  #stopMedia(): void {
    this.watcher.stop();
    this.publisher.stop();
  }

  /** Who comes back soon gets the same seat, and what they play goes on. */
  #seat(): Record<string, string> {
    const { participantId } = this.room.read();
    return participantId ? { participant: participantId } : {};
  }

  #socketIs(connection: RoomConnection): void {
    this.connection.write(connection);
    if (connection.state === 'refused') this.#stopMedia();
    // That it is live again is known with the seat, by the frame that says so.
    else if (connection.state !== 'live') this.#signallingIs(false, true);
  }

  #take(frame: EventFrame): void {
    const before = this.room.read();
    if (isLiveLogFrame(frame)) this.room.write(afterLogged(before, frame, this.#ownId));
    else if (isLiveMomentFrame(frame)) {
      this.room.write(afterMoment(before, frame));
      this.#pass(frame, before.participantId);
    }
  }

  #pass(frame: LiveMomentFrame, seatBefore: string | null): void {
    switch (frame.event) {
      case 'room:snapshot':
      case 'room:resumed':
        this.watcher.published(idsOf(frame.data.tracks));
        this.#signallingIs(true, frame.data.participantId === seatBefore);
        return;
      case 'media:tracks':
        this.watcher.published(idsOf(frame.data.tracks));
        return;
      case 'media:consumers':
        this.watcher.take(frame.data);
        return;
      case 'media:rejoin':
        this.watcher.rejoin(frame.data.spreadMs);
        this.publisher.rejoin(frame.data.spreadMs);
        return;
      case 'reaction:burst':
        for (const listener of this.#burstListeners) listener(frame.data.counts);
        return;
      case 'room:presence':
      case 'media:audio_only':
        return;
    }
  }

  #signallingIs(live: boolean, keptSeat: boolean): void {
    this.watcher.signallingIs(live, keptSeat);
    this.publisher.signallingIs(live, keptSeat);
  }
}

function idsOf(tracks: readonly LiveTrack[]): ReadonlySet<string> {
  return new Set(tracks.map(({ id }) => id));
}
