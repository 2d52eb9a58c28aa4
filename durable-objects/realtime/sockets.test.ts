import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it, vi } from 'vitest';
import { CLOSE_CODES, SUBPROTOCOL } from '#contract/close-codes.ts';
import { listen } from '#test/client.ts';
import { type SocketAttachment, Sockets } from './sockets.ts';

type Seat = SocketAttachment & { seat: number };

/** An object that accepts every socket as told, and does nothing else by itself. */
function somewhere() {
  const stub = env.PERSON.get(env.PERSON.newUniqueId());
  const within = <R>(use: (sockets: Sockets<Seat>) => R) =>
    runInDurableObject(stub, (_, ctx) => use(new Sockets<Seat>(ctx)));

  const open = async (seat: number, given: Partial<SocketAttachment> = {}) => {
    const attachment: Seat = {
      userId: uuidv7(),
      sessionId: uuidv7(),
      tokenEndsAt: 0,
      state: 'live',
      seat,
      ...given,
    };
    await runInDurableObject(stub, (object, ctx) => {
      object.fetch = async () => new Sockets<Seat>(ctx).accept(attachment).response;
    });
    const response = await stub.fetch('http://somewhere/', { headers: { Upgrade: 'websocket' } });
    if (!response.webSocket) throw new Error('no socket');
    return { response, socket: response.webSocket };
  };
  return { stub, within, open };
}

const events = (client: ReturnType<typeof listen>) => client.frames.map(({ event }) => event);
const frame = (event: string) => JSON.stringify({ event });

describe('sockets', () => {
  it('speak our subprotocol, and are answered a ping by the platform', async () => {
    const { open } = somewhere();
    const { response, socket } = await open(1);
    expect(response.headers.get('Sec-WebSocket-Protocol')).toBe(SUBPROTOCOL);
    const answer = new Promise((resolve) => socket.addEventListener('message', ({ data }) => resolve(data)));
    socket.accept();
    socket.send('ping');
    expect(await answer).toBe('pong');
  });

  it('hear nothing while they catch up, then what they missed, then what happens, through evictions', async () => {
    const { stub, within, open } = somewhere();
    const [live, joining] = [
      listen((await open(1)).socket),
      listen((await open(2, { state: 'catching_up' })).socket),
    ];
    await within((sockets) => sockets.broadcast(frame('before')));
    await evictDurableObject(stub);
    await within((sockets) => {
      for (const socket of sockets.all()) {
        if (sockets.attachmentOf(socket).state === 'catching_up') sockets.goLive(socket, [frame('missed')]);
      }
    });
    await evictDurableObject(stub);
    await within((sockets) => sockets.broadcast(frame('after')));
    await Promise.all([live.next('after'), joining.next('after')]);
    expect(events(live)).toEqual(['before', 'after']);
    expect(events(joining)).toEqual(['missed', 'after']);
  });

  it('are told only what is for them', async () => {
    const { within, open } = somewhere();
    const [one, two] = [listen((await open(1)).socket), listen((await open(2)).socket)];
    await within((sockets) => {
      sockets.broadcast(frame('for two'), ({ seat }) => seat === 2);
      sockets.broadcast(frame('for all'));
    });
    await Promise.all([one.next('for all'), two.next('for all')]);
    expect(events(one)).toEqual(['for all']);
    expect(events(two)).toEqual(['for two', 'for all']);
  });

  it('are closed with the code that says why, all of a session together', async () => {
    const { within, open } = somewhere();
    const sessionId = uuidv7();
    const [phone, tab, other] = [
      listen((await open(1, { sessionId })).socket),
      listen((await open(2, { sessionId, state: 'catching_up' })).socket),
      listen((await open(3)).socket),
    ];
    await within((sockets) => {
      sockets.closeSession(sessionId);
      expect(sockets.all(sessionId)).toEqual([]);
      sockets.broadcast(frame('after'));
    });
    expect(await phone.closed).toMatchObject({ code: CLOSE_CODES.UNAUTHORIZED });
    expect(await tab.closed).toMatchObject({ code: CLOSE_CODES.UNAUTHORIZED });
    await other.next('after');
  });

  it('that have gone are no longer there, and no reason to stumble', async () => {
    const { within, open } = somewhere();
    const [gone, stays] = [listen((await open(1)).socket), listen((await open(2)).socket)];
    gone.close();
    await vi.waitFor(() => within((sockets) => expect(sockets.all()).toHaveLength(1)));
    await within((sockets) => sockets.broadcast(frame('after')));
    await stays.next('after');
  });
});
