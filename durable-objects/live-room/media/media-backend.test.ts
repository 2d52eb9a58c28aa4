import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { LiveRequestData } from '#contract/live-room.ts';
import type { MediaSource } from '#contract/origin.ts';
import type { LiveShow } from '#domain/live/show.ts';
import { ok } from '#domain/result.ts';
import { People } from '../people.ts';
import { Seats } from '../seats.ts';
import { IceServers } from './ice-servers.ts';
import type { MediaBackend, MediaJoin, MediaListener, MediaTrack } from './media-backend.ts';
import { MediaDesk, type MediaRequest } from './media-desk.ts';
import { MediaNews } from './media-news.ts';

/** The contract has the words of the backends that there are; these are of one that speaks otherwise. */
const inItsWords = <T>(words: object) => words as T;

type Sdp = { sdp: string };
type Publish = { transportId: string; offer: Sdp; tracks: { source: MediaSource; mid: string }[] };

/**
 * A backend as over Cloudflare's Realtime SFU (developers.cloudflare.com/realtime/sfu/api): a session for each peer connection, tracks
 * that are pulled from session to session, offers and answers in SDP, no word from the SFU by itself. What its HTTPS API would
 * keep is kept here.
 */
class SessionsAndTracks implements MediaBackend {
  readonly name = 'sfu-origin';
  readonly #listener: MediaListener;
  readonly #sessions = new Map<string, { id: string; watches: boolean; answered: string | null }>();
  #tracks: MediaTrack[] = [];

  constructor(listener: MediaListener) {
    this.#listener = listener;
  }

  answerOf(participantId: string): string | null {
    return this.#sessions.get(participantId)?.answered ?? null;
  }

  async join(participantId: string, { publish, watch }: MediaJoin) {
    const id = uuidv7();
    this.#sessions.set(participantId, { id, watches: watch !== null, answered: null });
    const pulled = watch ? this.#pulled() : null;
    return ok({
      reply: inItsWords<never>({
        backend: 'sessions-and-tracks',
        send: publish ? { id } : null,
        receive: pulled && { id, ...pulled },
      }),
      gave: {
        send: publish ? id : null,
        receive: watch ? id : null,
        consumers: pulled?.consumers.map((consumer) => consumer.id) ?? [],
      },
    });
  }

  /** The second exchange: the answer to what was offered with the join, or with a track that came later. */
  async connect(participantId: string, request: LiveRequestData['media:connect']) {
    const session = this.#sessions.get(participantId);
    if (session) session.answered = inItsWords<{ answer: Sdp }>(request).answer.sdp;
    return ok({});
  }

  async publish(participantId: string, request: LiveRequestData['media:publish']) {
    const { tracks, offer } = inItsWords<Publish>(request);
    const made = tracks.map(({ source }) => ({ id: uuidv7(), source }));
    for (const { id, source } of made) {
      const kind = source === 'microphone' || source === 'screen-audio' ? 'audio' : 'video';
      const flow = { flowing: true, since: null, lastSeen: null };
      this.#tracks.push({ id, participantId, source, kind, paused: false, ...flow });
    }
    this.#listener.tracksChanged();
    for (const [viewer, { watches }] of this.#sessions) {
      if (watches) this.#listener.consumersChanged(viewer, inItsWords<never>(this.#pulled()));
    }
    return ok(inItsWords<never>({ tracks: made, answer: { sdp: `answer to ${offer.sdp}` } }));
  }

  async setPaused() {
    return ok({});
  }
  async closeTrack(_participantId: string, trackId: string) {
    this.#tracks = this.#tracks.filter(({ id }) => id !== trackId);
    this.#listener.tracksChanged();
    return ok({});
  }
  async setWishes() {
    return ok({});
  }

  async restartIce(_participantId: string, request: LiveRequestData['media:restart_ice']) {
    const { offer } = inItsWords<{ offer: Sdp }>(request);
    return ok(inItsWords<never>({ answer: { sdp: `answer to ${offer.sdp}` } }));
  }

  leave(participantIds: readonly string[]): void {
    for (const id of participantIds) this.#sessions.delete(id);
    this.#tracks = this.#tracks.filter(({ participantId }) => this.#sessions.has(participantId));
    this.#listener.tracksChanged();
  }

  joined(): void {}
  returned(): void {}
  async close(): Promise<void> {}
  async refresh(): Promise<void> {}
  async attend(): Promise<void> {}
  tracks(): MediaTrack[] {
    return this.#tracks;
  }

  #pulled() {
    const consumers = this.#tracks.map(({ id, source }, mid) => ({
      id: uuidv7(),
      trackId: id,
      source,
      mid: `${mid}`,
    }));
    return { offer: { sdp: `offer of ${consumers.length}` }, consumers };
  }
}

/** A room's desk before that backend, with a host and two viewers in their seats; and what the seats are told. */
function room(sql: SqlStorage) {
  const [host, one, other] = ['host', 'one', 'other'];
  const [seats, people] = [new Seats(sql), new People(sql)];
  seats.take('host again', host, new Date());
  for (const userId of [host, one, other]) {
    const role = userId === host ? 'host' : 'viewer';
    people.keep({ userId, username: userId, isAdmin: false, invitedAs: null }, role);
    seats.take(userId, userId, new Date());
  }
  const told: { to: readonly string[]; name: string; data: object }[] = [];
  const backend: SessionsAndTracks = new SessionsAndTracks(
    new MediaNews({
      seats,
      audience: () => ({
        tellMoment: (name, data) => void told.push({ to: ['all'], name, data }),
        tellSeats: (to, name, data) => void told.push({ to, name, data }),
      }),
      tracks: () => backend.tracks(),
      flowObserved: () => {},
    }),
  );
  const desk = new MediaDesk({
    backend,
    seats,
    people,
    ice: new IceServers({}, () => new Date()),
    show: () => ({ hostId: host, status: 'live', place: null }) as LiveShow,
    replaced: (participantIds) => {
      backend.leave(participantIds);
      for (const id of participantIds) seats.remove(id);
    },
  });
  const ask = async (who: string, event: MediaRequest['event'], data: object) => {
    const request = inItsWords<MediaRequest>({ event, data });
    const userId = who === 'host again' ? host : who;
    const answer = await desk.answer({ participantId: who, userId, place: null }, request);
    // Each test reads what this backend's answers have.
    // biome-ignore lint/suspicious/noExplicitAny: see above
    return answer as any;
  };
  return { backend, told, ask, host, one, other };
}

const inRoom = (test: (given: ReturnType<typeof room>) => Promise<void>) =>
  runInDurableObject(env.RATE_LIMITER.get(env.RATE_LIMITER.newUniqueId()), (_, { storage }) =>
    test(room(storage.sql)),
  );

const camera = { tracks: [{ source: 'camera', mid: '0' }], offer: { sdp: 'my camera' } };

describe('a backend that speaks of sessions and tracks', () => {
  it('is joined, published to and watched in two exchanges each, by the same room', () =>
    inRoom(async ({ ask, told, backend, host, one }) => {
      const early = await ask(one, 'media:join', { publish: false, watch: {} });
      expect(early.value).toMatchObject({ receive: { consumers: [] }, iceServers: [] });
      const joined = await ask(host, 'media:join', { publish: true, watch: null });
      const transportId = joined.value.send.id;
      const published = await ask(host, 'media:publish', { transportId, ...camera });
      expect(published.value).toMatchObject({ answer: { sdp: 'answer to my camera' } });

      // Who was there before is offered it, over the transport that they have, and answers.
      const news = told.find(({ name }) => name === 'media:consumers');
      expect(news).toMatchObject({
        to: [one],
        data: { transportId: early.value.receive.id, offer: { sdp: 'offer of 1' } },
      });
      const answer = { transportId: early.value.receive.id, answer: { sdp: 'I take it' } };
      expect((await ask(one, 'media:connect', answer)).ok).toBe(true);
      expect(backend.answerOf(one)).toBe('I take it');
      const restarted = await ask(one, 'media:restart_ice', {
        transportId: early.value.receive.id,
        offer: { sdp: 'another way' },
      });
      expect(restarted.value).toEqual({ answer: { sdp: 'answer to another way' } });
    }));

  it('carries a host once: from elsewhere only when they say so', () =>
    inRoom(async ({ ask, backend, host }) => {
      const join = { publish: true, watch: null };
      const first = await ask(host, 'media:join', join);
      await ask(host, 'media:publish', { transportId: first.value.send.id, ...camera });
      const refused = await ask('host again', 'media:join', join);
      expect(refused.error.details).toEqual({ reason: 'live_elsewhere' });
      const second = await ask('host again', 'media:join', { ...join, takeOver: true });
      // Until they are seen from there they are seen from here.
      expect(backend.tracks().map(({ participantId }) => participantId)).toEqual([host]);
      await ask('host again', 'media:publish', { transportId: second.value.send.id, ...camera });
      expect(backend.tracks().map(({ participantId }) => participantId)).toEqual(['host again']);
      const late = await ask(host, 'media:join', join);
      expect(late.error.code).toBe('CONFLICT');
    }));

  it('is asked for nobody who names what is not theirs', () =>
    inRoom(async ({ ask, backend, host, one, other }) => {
      const { value: hosts } = await ask(host, 'media:join', { publish: true, watch: null });
      const transportId = hosts.send.id;
      expect((await ask(one, 'media:publish', { transportId, ...camera })).error.code).toBe('FORBIDDEN');
      const { value: published } = await ask(host, 'media:publish', { transportId, ...camera });
      const { value: watching } = await ask(one, 'media:join', { publish: false, watch: {} });
      const [consumer] = watching.receive.consumers;
      await ask(other, 'media:join', { publish: false, watch: {} });

      const refused = async (event: MediaRequest['event'], data: object) =>
        (await ask(other, event, data)).error?.code;
      const theirs = { transportId: watching.receive.id };
      expect(await refused('media:connect', { ...theirs, answer: { sdp: 'mine now' } })).toBe('NOT_FOUND');
      expect(await refused('media:restart_ice', { ...theirs, offer: { sdp: '' } })).toBe('NOT_FOUND');
      expect(await refused('media:close', { trackId: published.tracks[0].id })).toBe('NOT_FOUND');
      const wishes = [{ consumerId: consumer.id, paused: true, layers: null }];
      expect(await refused('media:layers', { wishes })).toBe('NOT_FOUND');
      expect((await ask(one, 'media:layers', { wishes })).ok).toBe(true);
      expect(backend.answerOf(one)).toBeNull();
      expect(backend.tracks()).toHaveLength(1);
    }));
});
