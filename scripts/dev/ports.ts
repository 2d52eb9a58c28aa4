import { createServer } from 'node:net';

/** Above, systems give ports to outgoing connections: one taken there between two starts would surprise. */
const FIRST_EPHEMERAL_PORT = 32_768;

/** Whether nothing listens on this port of 127.0.0.1. */
export function isFreePort(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** The first free port from `from` on, other than `except`. */
export async function freePort(from: number, except: number): Promise<number> {
  for (let port = from; port < FIRST_EPHEMERAL_PORT; port++) {
    if (port !== except && (await isFreePort(port))) return port;
  }
  throw new Error(`no port from ${from} to ${FIRST_EPHEMERAL_PORT - 1} is free`);
}
