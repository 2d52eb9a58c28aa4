import { Agent, type IncomingMessage, request } from 'node:http';

/** One request of a load, and the status that it must be answered with. */
export type LoadRequest = {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
  expect: number;
};

/**
 * Sends requests to a server for a while, always `concurrency` at a time over connections that stay open.
 * @returns how many were answered, and how long each took in milliseconds
 * @throws Error when one is answered with another status than expected
 */
export async function httpLoad(
  url: string,
  next: () => LoadRequest,
  { seconds, concurrency }: { seconds: number; concurrency: number },
): Promise<{ answered: number; latencies: number[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const latencies: number[] = [];
  const endAt = performance.now() + seconds * 1000;
  const client = async () => {
    while (performance.now() < endAt) {
      const start = performance.now();
      const each = next();
      const { status, text } = await send(url, each, agent);
      if (status !== each.expect) throw new Error(`${each.method} ${each.path}: ${status} ${text}`);
      latencies.push(performance.now() - start);
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, client));
  } finally {
    agent.destroy();
  }
  return { answered: latencies.length, latencies };
}

/** One request, and its whole answer. */
export function send(
  url: string,
  { method, path, headers, body }: LoadRequest,
  agent?: Agent,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method, headers, agent }, (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
