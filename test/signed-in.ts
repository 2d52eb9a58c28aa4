import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { database } from '#db/client.ts';
import { createSession } from '#db/queries/sessions.ts';
import type { Role } from '#domain/people/roles.ts';
import { person } from '#durable-objects/stubs.ts';
import { listen, type TestSocket } from './client.ts';
import { recordPerson } from './people.ts';

/** The instant at which these tests begin. It is not the platform's, so nothing here happens by itself. */
export const START = new Date('2026-11-23T12:00:00.000Z');

/** A person signed in on one device, and their object, whose clock stands still until it is moved. */
export async function signedIn(role: Role = 'provider') {
  const db = database(env);
  const userId = await recordPerson(db, role, START);
  const stub = person(env, userId);
  let time = START.getTime();
  const tick = async (ms: number) => {
    time += ms;
    await runInDurableObject(stub, (object) => {
      object.now = () => new Date(time);
    });
  };
  await tick(0);

  /** Throws everything out of the object's memory; its sockets hibernate. */
  const evict = async () => {
    await evictDurableObject(stub);
    await tick(0);
  };

  const newSession = async (expiresAt = new Date(START.getTime() + 30 * 24 * 3_600_000)) => {
    const sessionId = uuidv7();
    await createSession(db, {
      sessionId,
      userId,
      refreshHash: sessionId,
      userAgent: null,
      createdAt: START,
      expiresAt,
    });
    return sessionId;
  };
  const sessionId = await newSession();

  /** Opens the person's socket as the Worker does, with a token that ends in ten minutes. */
  const connect = async ({
    since,
    session = sessionId,
  }: {
    since?: number | string;
    session?: string;
  } = {}) => {
    const response = await stub.fetch(`http://person/?${since === undefined ? '' : `since=${since}`}`, {
      headers: {
        Upgrade: 'websocket',
        'X-TapLive-User': userId,
        'X-TapLive-Session': session,
        'X-TapLive-Token-Ends': String(time + 600_000),
      },
    });
    if (!response.webSocket) throw new Error(`no socket: ${response.status}`);
    return listen(response.webSocket);
  };
  return { db, userId, sessionId, stub, tick, evict, newSession, connect, now: () => new Date(time) };
}

/** Everything that has come over a socket until the server answered what was asked just now. */
export async function framesUntilNow(socket: TestSocket) {
  // Any request does: its reply comes behind whatever was sent before it.
  await socket.request('auth:refresh', { accessToken: 'none' });
  return socket.frames.filter(({ reply }) => reply === undefined);
}
