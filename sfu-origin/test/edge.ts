import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jwtVerify } from 'jose';
import {
  type OriginRegistration,
  originRegistration,
  type RoomState,
  type RoomStateAnswer,
  reportClaims,
  roomState,
} from '#contract/origin.ts';
import { digestOf } from '../signatures.ts';
import { SECRET } from './origins.ts';

/** The edge as origins see it: takes their reports, checks each against the contract and its signature, answers as it is told. */
export class TestEdge {
  readonly states: RoomState[] = [];
  readonly registrations: OriginRegistration[] = [];
  /** What was wrong with a report. Stays empty. */
  readonly problems: string[] = [];
  /** What a room answers; null: nothing but a 503. */
  answer: (state: RoomState) => RoomStateAnswer | null = () => ({ renew: true });
  readonly #server: Server;

  static async create(): Promise<TestEdge> {
    const edge = new TestEdge();
    edge.#server.listen(0, '127.0.0.1');
    await once(edge.#server, 'listening');
    return edge;
  }

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const answer = await this.#take(request.url ?? '', request.headers.authorization ?? '', body).catch(
        (error: unknown) => {
          this.problems.push(String(error));
          return null;
        },
      );
      response.writeHead(answer ? 200 : 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The latest state of a room. */
  latest(roomId: string): RoomState | undefined {
    return this.states.findLast((state) => state.roomId === roomId);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #take(url: string, authorization: string, body: Buffer): Promise<object | null> {
    const token = authorization.replace(/^Bearer /, '');
    const { payload } = await jwtVerify(token, new TextEncoder().encode(SECRET), {
      audience: 'taplive-edge',
    });
    const claims = reportClaims.parse(payload);
    if (claims.digest !== digestOf(body)) throw new Error('the digest is of another body');
    const [, kind, id] = /^\/webhooks\/media\/(origins|rooms)\/([^/]+)$/.exec(url) ?? [];
    if (claims.sub !== id) throw new Error('the token is about something else');
    if (kind === 'origins') {
      this.registrations.push(originRegistration.parse(JSON.parse(body.toString())));
      return {};
    }
    const state = roomState.parse(JSON.parse(body.toString()));
    this.states.push(state);
    return this.answer(state);
  }
}
