import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import type { LiveRoom } from '#sfu-origin/test/live-room.ts';
import { Signalling } from './signalling.ts';

/**
 * The live room of viewers' sockets: passes what they ask on to the origin, as signed commands. Stands where the edge stands, so it is
 * another process than the origin.
 * @returns its port
 */
export async function serveLiveRoom(room: LiveRoom, cleanup: AsyncDisposableStack): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  server.on('connection', (socket) => {
    const participantId = randomUUID();
    new Signalling(socket, (method, data) => {
      switch (method) {
        case 'join':
          return room.command('join', { participantId }, data as never);
        case 'connect': {
          const { transportId, dtlsParameters } = data as { transportId: string; dtlsParameters: never };
          return room.command('connect', { participantId, transportId }, { dtlsParameters });
        }
        default:
          return Promise.reject(new Error(`unknown request ${method}`));
      }
    });
    socket.on('close', () => room.command('leave', { participantId }).catch(() => {}));
  });
  await once(server, 'listening');
  cleanup.defer(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on TCP');
  return address.port;
}
