import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { PipeEndpoint } from '#contract/origin.ts';
import { type OriginClient, OriginRefused, OriginUnreachable } from './origin-client.ts';
import { OriginRoomStore } from './origin-room-store.ts';
import { Pipes } from './pipes.ts';

const ENDPOINT: PipeEndpoint = {
  ip: '127.0.0.1',
  port: 14_100,
  srtpParameters: { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64: 'AAAA' },
};

/** The pipes of a room at its origins: each track comes to an origin by one pipe only, as at a real one. */
class Origins {
  readonly #open = new Map<string, Map<string, string[]>>();
  /** What is published at `lisbon`. */
  published: string[] = [];
  /** Commands that get no answer, from now on. */
  silent: string | null = null;
  full = false;
  gone = false;
  /** A pipe is open, and its answer has not arrived. */
  opened: () => Promise<void> = async () => {};

  readonly client = {
    command: async (
      { originId }: { originId: string },
      operation: string,
      { pipeId }: { pipeId: string },
      body: { producers?: { id: string }[] } | undefined,
    ) => {
      if (this.silent === `${operation} at ${originId}`) throw new OriginUnreachable('no answer');
      const pipes = this.#at(originId);
      switch (operation) {
        case 'openPipe':
          if (this.gone) throw new OriginRefused('ROOM_NOT_FOUND', 'the room is not open here');
          if (this.full) throw new OriginRefused('LIMIT_REACHED', 'no port is free');
          pipes.set(pipeId, []);
          await this.opened();
          return { endpoint: ENDPOINT };
        case 'sendPipe':
          pipes.set(pipeId, []);
          return { endpoint: ENDPOINT, producers: this.published.map((id) => ({ id })) };
        case 'receivePipe': {
          const ids = (body?.producers ?? []).map(({ id }) => id);
          if (!pipes.has(pipeId)) throw new OriginRefused('MEDIA_NOT_FOUND', 'there is no such pipe');
          for (const [other, held] of pipes) {
            if (other !== pipeId && held.some((id) => ids.includes(id)))
              throw new OriginRefused('CONFLICT', 'it is here by another pipe');
          }
          pipes.set(pipeId, ids);
          return {};
        }
        default:
          pipes.delete(pipeId);
          return {};
      }
    },
    // It answers as the contract says, which the compiler cannot see.
  } as unknown as Pick<OriginClient, 'command'>;

  pipesAt(originId: string): string[] {
    return [...this.#at(originId).keys()];
  }

  broughtTo(originId: string): string[] {
    return [...this.#at(originId).values()].flat();
  }

  #at(originId: string): Map<string, string[]> {
    const pipes = this.#open.get(originId) ?? new Map();
    this.#open.set(originId, pipes);
    return pipes;
  }
}

/** A room whose host is at `lisbon` and who has a viewer at `sydney`. */
function room(sql: SqlStorage) {
  const now = new Date();
  const store = new OriginRoomStore(sql);
  const origins = new Origins();
  const outOfReach: string[] = [];
  for (const originId of ['lisbon', 'sydney']) {
    const address = `http://${originId}`;
    store.keepOrigin({ originId, address, region: originId, bootId: uuidv7(), n: 1, heardAt: now });
  }
  store.place({ participantId: 'host', originId: 'lisbon', watches: false });
  store.place({ participantId: 'viewer', originId: 'sydney', watches: true });
  const lost: string[] = [];
  const pipes = new Pipes(origins.client, store, {
    outOfReach: (originId) => void outOfReach.push(originId),
    roomLost: (originId) => void lost.push(originId),
  });
  /** What `sydney` says, so much later, of the tracks that come to it; `lisbon` has just said that they flow there. */
  const says = (flowing: boolean, afterMs: number) => {
    const at = new Date(now.getTime() + afterMs);
    const state = { kind: 'video', source: 'camera', participantId: 'host', paused: false } as const;
    const flow = { since: at.toISOString(), lastSeen: at.toISOString(), bitrate: 1, codec: 'video/VP8' };
    const producers = origins.published.map((id) => ({
      id,
      ...state,
      ...flow,
      viaPipe: null,
      flowing: true,
    }));
    store.takeProducers('lisbon', producers, at);
    store.heard('lisbon', at);
    const [pipe] = store.pipes();
    const brought = producers.map((one) => ({ ...one, viaPipe: pipe?.pipeId ?? null, flowing }));
    pipes.observe('sydney', brought, at);
  };
  const publish = (id: string) => {
    origins.published.push(id);
    const track = { id, participantId: 'host', source: 'camera', kind: 'video', paused: false } as const;
    store.keepPublished('lisbon', track, now);
  };
  return { store, origins, pipes, publish, says, outOfReach, lost };
}

const inRoom = (test: (given: ReturnType<typeof room>) => Promise<void>) =>
  runInDurableObject(env.RATE_LIMITER.get(env.RATE_LIMITER.newUniqueId()), (_, { storage }) =>
    test(room(storage.sql)),
  );

describe('pipes', () => {
  it('bring what is published to those who are far, once', () =>
    inRoom(async ({ origins, pipes, publish }) => {
      publish('camera');
      await Promise.all([pipes.reconcile(), pipes.reconcile()]);
      expect(origins.broughtTo('sydney')).toEqual(['camera']);
      expect(pipes.visibleAt('sydney')).toEqual(['camera']);
      expect(origins.pipesAt('sydney')).toEqual(origins.pipesAt('lisbon'));
    }));

  it('are closed at one end when the other is gone, and made anew', () =>
    inRoom(async ({ origins, pipes, publish }) => {
      publish('camera');
      await pipes.reconcile();
      const [before] = origins.pipesAt('sydney');
      await pipes.compare('lisbon', []);
      expect(origins.pipesAt('sydney')).toEqual([]);
      await pipes.reconcile();
      expect(origins.broughtTo('sydney')).toEqual(['camera']);
      expect(origins.pipesAt('sydney')).not.toContain(before);
    }));

  it('that could not be closed are found out, and do not keep others from bringing the same', () =>
    inRoom(async ({ origins, pipes, publish, store }) => {
      publish('camera');
      await pipes.reconcile();
      const [pipe] = store.pipes();
      if (!pipe) throw new Error('there is a pipe');
      origins.silent = 'closePipe at sydney';
      await pipes.close(pipe);
      origins.silent = null;
      expect(origins.broughtTo('sydney')).toEqual(['camera']);
      await pipes.compare('sydney', origins.pipesAt('sydney'));
      await pipes.reconcile();
      expect(pipes.visibleAt('sydney')).toEqual(['camera']);
      expect(origins.pipesAt('sydney')).toHaveLength(1);
    }));

  it('that an origin speaks of while they are opened are let be', () =>
    inRoom(async ({ origins, pipes, publish }) => {
      publish('camera');
      origins.opened = () => pipes.compare('sydney', origins.pipesAt('sydney'));
      await pipes.reconcile();
      expect(pipes.visibleAt('sydney')).toEqual(['camera']);
    }));

  it('through which nothing comes leave an origin out of reach, and not those that falter', () =>
    inRoom(async ({ pipes, publish, says, outOfReach }) => {
      publish('camera');
      await pipes.reconcile();
      says(false, 1_000);
      says(true, 5_000);
      says(false, 6_000);
      says(false, 13_000);
      expect(outOfReach).toEqual([]);
      says(false, 14_500);
      expect(outOfReach).toEqual(['sydney']);
    }));

  it('find out that the room is gone where they lead to', () =>
    inRoom(async ({ origins, pipes, publish, lost }) => {
      publish('camera');
      origins.gone = true;
      await pipes.reconcile();
      expect(lost).toEqual(['sydney']);
    }));

  it('that cannot be opened leave an origin out of reach', () =>
    inRoom(async ({ origins, pipes, publish, outOfReach }) => {
      publish('camera');
      origins.full = true;
      await pipes.reconcile();
      expect(outOfReach).toEqual(['sydney']);
    }));
});
