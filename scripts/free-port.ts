import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below Linux' range for outgoing connections (32768 and up), any of which could take the port before its server does. */
const lowest = 20_000;
const highest = 32_000;

/** A TCP port of the loopback interface on which nothing listens now, for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    const probe = createServer();
    try {
      probe.listen(port, '127.0.0.1');
      await once(probe, 'listening');
    } catch {
      continue;
    }
    probe.close();
    await once(probe, 'close');
    return port;
  }
}
