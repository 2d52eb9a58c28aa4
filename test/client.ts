import { exports } from 'cloudflare:workers';
import type { SignedIn } from '#contract/auth.ts';
import { BEARER_PREFIX, SUBPROTOCOL } from '#contract/close-codes.ts';
import type { Failure, Success } from '#contract/envelope.ts';
import { saveCard } from './stripe.ts';

/** A client of the API for tests, as a stranger would write one: it knows HTTP, WebSocket and the contract, nothing else. */

const BASE = 'http://taplive.test/api/v1';

/** `data` is there on success, `error` on refusal; a test reads the one it expects and fails by itself otherwise. */
export type Reply<T> = {
  status: number;
  headers: Headers;
  data: T;
  error: Failure['error'];
  meta: Success<unknown>['meta'];
};

type Options = { headers?: Record<string, string> };

/**
 * The API as someone with this access token sees it; without one, as anyone. Paths begin behind `/api/v1`. Each comes
 * from an address of its own, so that tests do not use up each other's limits.
 */
export function api(token?: string) {
  const address = anyAddress();
  const call =
    (method: string) =>
    async <T = Record<string, never>>(
      path: string,
      body?: unknown,
      options: Options = {},
    ): Promise<Reply<T>> => {
      const headers = new Headers(options.headers);
      if (!headers.has('X-Forwarded-For')) headers.set('X-Forwarded-For', address);
      if (token) headers.set('Authorization', `Bearer ${token}`);
      if (body !== undefined && !headers.has('Content-Type')) headers.set('Content-Type', 'application/json');
      const response = await exports.default.fetch(`${BASE}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      // The envelope's own tests check its shape; here a missing part shows as undefined in the test that reads it.
      const envelope = (await response.json()) as Pick<Reply<T>, 'data' | 'error' | 'meta'>;
      return { status: response.status, headers: response.headers, ...envelope };
    };
  return { get: call('GET'), post: call('POST'), put: call('PUT'), delete: call('DELETE') };
}

function anyAddress(): string {
  return `2001:db8:${crypto.randomUUID().slice(0, 4)}:${crypto.randomUUID().slice(0, 4)}::1`;
}

/** Someone who has registered. */
export type TestPerson = SignedIn & { id: string; password: string; api: ReturnType<typeof api> };

/** Registers a new person with names of their own. One who may order has a card to pay with. */
export async function register(role: 'creator' | 'provider' | 'both' = 'creator'): Promise<TestPerson> {
  const username = `${role}-${crypto.randomUUID().slice(0, 13)}`;
  const password = 'a password for tests';
  const reply = await api().post<SignedIn>('/auth/register', {
    username,
    email: `${username}@example.com`,
    password,
    role,
  });
  if (reply.status !== 201) throw new Error(`registering failed: ${JSON.stringify(reply.error)}`);
  const { id } = reply.data.user;
  if (role !== 'provider') await saveCard(id);
  return { ...reply.data, id, password, api: api(reply.data.accessToken) };
}

/** A frame from the server: an event, or the reply to a request. */
export type Frame = {
  seq?: number;
  event?: string;
  // Tests read the fields that they expect, of every kind of event.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  data?: any;
  at?: string;
  reply?: string | number | null;
  ok?: boolean;
  error?: Failure['error'];
};

/** An open socket, and what came over it so far. */
export type TestSocket = {
  send(frame: unknown): void;
  /** Everything that came, in order. */
  frames: Frame[];
  /** Waits for the first frame, come already or yet to come, that `which` (an event's name or a test) takes. Each is given once. */
  next(which: string | ((frame: Frame) => boolean)): Promise<Frame>;
  /** Sends a request and waits for its reply. */
  request(event: string, data: unknown): Promise<Frame>;
  /** Says that it is still there; resolves when that was answered. */
  ping(): Promise<void>;
  close(): void;
  /** Is lost, as when a network goes away; resolves when the server has noticed. */
  drop(): Promise<unknown>;
  /** How the server closed it, once it has. */
  closed: Promise<{ code: number; reason: string }>;
};

/** Opens a WebSocket on a path behind `/api/v1`. One that is refused opens too, and closes at once: see `closed`. */
export async function openSocket(path: string, token?: string, options: Options = {}): Promise<TestSocket> {
  const protocols = token === undefined ? [SUBPROTOCOL] : [SUBPROTOCOL, `${BEARER_PREFIX}${token}`];
  const response = await exports.default.fetch(`${BASE}${path}`, {
    headers: {
      Upgrade: 'websocket',
      'Sec-WebSocket-Protocol': protocols.join(', '),
      'X-Forwarded-For': anyAddress(),
      ...options.headers,
    },
  });
  const socket = response.webSocket;
  if (!socket) throw new Error(`no socket: ${response.status} ${await response.text()}`);
  return listen(socket);
}

/** Accepts a socket as its client, and collects what comes over it. */
export function listen(socket: WebSocket): TestSocket {
  const frames: Frame[] = [];
  const taken = new Set<Frame>();
  let look = () => {};
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
  });
  const pinged: (() => void)[] = [];
  socket.addEventListener('message', ({ data }) => {
    if (data === 'pong') {
      pinged.shift()?.();
      return;
    }
    frames.push(JSON.parse(String(data)));
    look();
  });
  socket.accept();

  const waiting: { takes: (frame: Frame) => boolean; resolve: (frame: Frame) => void }[] = [];
  look = () => {
    for (const frame of frames) {
      if (taken.has(frame)) continue;
      const at = waiting.findIndex(({ takes }) => takes(frame));
      if (at === -1) continue;
      taken.add(frame);
      waiting.splice(at, 1)[0]?.resolve(frame);
    }
  };
  const next: TestSocket['next'] = (which) =>
    new Promise((resolve) => {
      waiting.push({
        takes: typeof which === 'string' ? (frame) => frame.event === which : which,
        resolve,
      });
      look();
    });
  let requests = 0;
  return {
    frames,
    next,
    closed,
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    request: (event, data) => {
      const id = ++requests;
      socket.send(JSON.stringify({ id, event, data }));
      return next((frame) => frame.reply === id);
    },
    ping: () =>
      new Promise((resolve) => {
        pinged.push(resolve);
        socket.send('ping');
      }),
    close: () => socket.close(1000, 'done'),
    // What cannot be said in a close frame (RFC 6455, 7.4.1) a client's own code says.
    drop: () => {
      socket.close(4000, 'lost');
      return closed;
    },
  };
}
