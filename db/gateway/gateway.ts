import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backend, StatementResult } from './backend.ts';
import { DatabaseError, errorBody, GatewayError } from './errors.ts';
import { type FaultQueue, faultSchema } from './faults.ts';
import { parseJson, readBody, sendJson } from './http.ts';
import { readWork } from './request.ts';

export interface GatewayOptions {
  readonly backend: Backend;
  /** Default 127.0.0.1: passwords cross this connection in the clear. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Adds the routes that set faults. For tests only: whoever reaches the port can use them. */
  readonly faults?: FaultQueue;
  /** Default 8 MiB. */
  readonly maxBodyBytes?: number;
  /** How many requests may be executing or waiting for their turn; more are refused with 503. Default 256. */
  readonly maxInFlight?: number;
}

export interface Gateway {
  /** Its origin, such as `http://127.0.0.1:5400`; Neon's driver wants `<url>/sql` as fetch endpoint. */
  readonly url: string;
  /** Takes no more requests, waits for those that run, and resolves when every connection is closed. */
  close(): Promise<void>;
}

/**
 * Serves Neon's HTTP protocol (`POST /sql`) in front of a backend, and `GET /health`.
 * An SQL error is status 400, what {@link GatewayError} says otherwise; both with Neon's error body.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { backend, host = '127.0.0.1', port = 0, faults } = options;
  const { maxBodyBytes = 8 * 1024 * 1024, maxInFlight = 256 } = options;
  let inFlight = 0;

  async function executeSql(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, maxBodyBytes);
    const work = readWork(request.headers, body);
    const clientGone = new AbortController();
    response.once('close', () => clientGone.abort());
    const fault = faults?.take(work);
    if (fault?.kind === 'drop-before-commit') {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === 'delay') await sleep(fault.delayMs);
    // A delayed request is one that was on its way while its client gave up: it is executed all the same.
    const signal = fault ? new AbortController().signal : clientGone.signal;
    const results = await backend.execute(work, signal);
    if (fault?.kind === 'commit-then-cut') request.socket.destroy();
    else sendJson(request, response, 200, work.transaction ? { results } : single(results));
  }

  async function changeFaults(
    queue: FaultQueue,
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
  ) {
    if (request.method === 'POST') {
      const fault = faultSchema.safeParse(parseJson(await readBody(request, maxBodyBytes)));
      if (!fault.success) throw new GatewayError(400, fault.error.message);
      sendJson(request, response, 201, { id: queue.add(fault.data) });
    } else if (id) {
      sendJson(request, response, 200, { left: queue.remove(id) });
    } else {
      queue.clear();
      sendJson(request, response, 200, {});
    }
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0] ?? '';
    const action = `${request.method} ${path}`;
    if (action === 'POST /sql') {
      if (inFlight >= maxInFlight)
        throw new GatewayError(503, 'too many requests are waiting for the database');
      inFlight += 1;
      await executeSql(request, response).finally(() => {
        inFlight -= 1;
      });
    } else if (action === 'GET /health') {
      await backend.check();
      sendJson(request, response, 200, { status: 'ok', backend: backend.kind });
    } else if (faults && /^(POST \/faults|DELETE \/faults(\/.+)?)$/.test(action)) {
      await changeFaults(faults, request, response, path.slice('/faults/'.length));
    } else {
      throw new GatewayError(404, 'there is only POST /sql and GET /health');
    }
  }

  const answering = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
    route(request, response).catch((error: unknown) => sendError(request, response, error));
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the gateway listens on no TCP port');
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    async close() {
      const closed = once(server, 'close');
      for (const response of answering) response.shouldKeepAlive = false;
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}

function single(results: StatementResult[]): StatementResult {
  const [result] = results;
  if (!result) throw new Error('a backend returned no result for a statement');
  return result;
}

function sendError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (error instanceof DatabaseError) sendJson(request, response, 400, errorBody(error));
  else if (error instanceof GatewayError) sendJson(request, response, error.status, errorBody(error));
  else {
    console.error(JSON.stringify({ level: 'error', event: 'gateway_request_failed', error: String(error) }));
    sendJson(request, response, 500, errorBody(new DatabaseError('internal error in the gateway', {})));
  }
}
