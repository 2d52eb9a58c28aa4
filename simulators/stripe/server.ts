import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AnswerLost } from './api/wire.ts';
import { controlApi } from './control/control-api.ts';
import { pages } from './control/pages.ts';
import { createStripe, type StripeOptions, type StripeSimulator } from './stripe.ts';
import type { WebhookRequest } from './webhooks/courier.ts';

export interface ServerOptions extends StripeOptions {
  /** Any free one, unless given. */
  port?: number;
  /** Stands between the sockets and the simulator: `checked` in tests. */
  wrap?: (stripe: StripeSimulator) => StripeSimulator;
  /** Called whenever the state may have changed. */
  onChange?: (stripe: StripeSimulator) => void;
}

export interface StripeServer {
  url: string;
  port: number;
  stripe: StripeSimulator;
  close(): Promise<void>;
}

const LARGEST_BODY = 1024 * 1024;
const WEBHOOK_TIMEOUT_MS = 10_000;
const CLOCK_LOOKED_AT_EVERY_MS = 100;

/** Serves the simulator on loopback: Stripe's API, its pages, and the switches under `/_sim`. */
export async function serveStripe(options: ServerOptions = {}): Promise<StripeServer> {
  const server = createServer();
  const port = await listen(server, options.port ?? 0);
  const url = `http://127.0.0.1:${port}`;
  const bare = createStripe({
    send: sendOverHttp,
    ...options,
    settings: { publicUrl: url, ...options.settings },
  });
  const stripe = options.wrap?.(bare) ?? bare;
  const people = pages(stripe).route('/', controlApi(stripe));
  const deliver = () => {
    void stripe.courier.deliverDue().then((tried) => tried > 0 && options.onChange?.(stripe));
  };
  const timer = setInterval(() => {
    if (stripe.catchUp() > 0) options.onChange?.(stripe);
    deliver();
  }, CLOCK_LOOKED_AT_EVERY_MS);

  server.on('request', (request, response) => {
    const serve = request.url?.startsWith('/v1/') ? serveApi : servePeople;
    serve(request, response)
      .catch((error: unknown) => fail(response, error))
      .finally(() => {
        options.onChange?.(stripe);
        deliver();
      });
  });

  async function serveApi(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    try {
      const answer = await stripe.handle({
        method: request.method ?? 'GET',
        path: request.url ?? '/',
        headers: flat(request.headers),
        body,
      });
      response.writeHead(answer.status, answer.headers).end(answer.body);
    } catch (error) {
      if (!(error instanceof AnswerLost)) throw error;
      // One that timed out stays open until the client gives up.
      if (error.how === 'cut') response.destroy();
    }
  }

  async function servePeople(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const method = request.method ?? 'GET';
    const answer = await people.fetch(
      new Request(new URL(request.url ?? '/', url), {
        method,
        headers: flat(request.headers),
        ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
      }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  }

  return {
    url,
    port,
    stripe,
    async close() {
      clearInterval(timer);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port); // a TCP server that listens has one
    });
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > LARGEST_BODY) throw new Error('The body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function flat(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** A mistake in the simulator itself: loud here, a 500 there. */
function fail(response: ServerResponse, error: unknown): void {
  console.error(error);
  if (response.headersSent || response.destroyed) return;
  const message = `The simulator failed: ${error instanceof Error ? error.message : String(error)}`;
  response
    .writeHead(500, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: { type: 'api_error', message } }));
}

async function sendOverHttp({ url, headers, body }: WebhookRequest): Promise<number> {
  const signal = AbortSignal.timeout(WEBHOOK_TIMEOUT_MS);
  const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
  await response.arrayBuffer();
  return response.status;
}
