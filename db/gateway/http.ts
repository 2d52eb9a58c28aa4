import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from './errors.ts';

/**
 * Reads a request's body as UTF-8.
 * @throws GatewayError 413 as soon as it is known to be longer than `maxBytes`, 400 when it is cut short
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const tooLarge = new GatewayError(413, `the request body is larger than ${maxBytes} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge;
      chunks.push(chunk);
    }
  } catch (error) {
    throw error === tooLarge ? tooLarge : new GatewayError(400, 'the request body was cut short');
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws GatewayError 400 */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new GatewayError(400, 'the request body is not JSON');
  }
}

/** Answers with JSON. A body that was not read to its end makes the connection unusable, so it is closed then. */
export function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: unknown,
): void {
  if (response.destroyed || response.headersSent) return;
  const text = JSON.stringify(body);
  if (!request.complete) response.shouldKeepAlive = false;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
