import { observer } from 'mediasoup';
import type { Producer, Router, WebRtcServer } from 'mediasoup/types';
import { WebSocketServer } from 'ws';
import { readConfiguration } from '#sfu-origin/configuration.ts';
import { Logger } from '#sfu-origin/logger.ts';
import { Origin } from '#sfu-origin/origin.ts';
import { DemoPeer } from './demo-room.ts';

/**
 * An origin on one worker, and the rival's server beside it: on the same router, with the same port and the same tracks. What
 * differs is how a viewer comes to them. Ends with the process that started it.
 */
export type OriginMessage = { readonly address: string; readonly demoPort: number };

let webRtcServer: WebRtcServer | null = null;
let router: Router | null = null;
const producers = new Set<Producer>();

observer.on('newworker', (worker) => {
  worker.observer.on('newwebrtcserver', (made) => {
    webRtcServer = made;
  });
  worker.observer.on('newrouter', (made) => {
    router = made;
    made.observer.on('newtransport', (transport) =>
      transport.observer.on('newproducer', (producer) => {
        producers.add(producer);
        producer.observer.once('close', () => producers.delete(producer));
      }),
    );
  });
});

/** Standard output is the report's. */
class ProblemsOnly extends Logger {
  override child(): Logger {
    return this;
  }
  override info(): void {}
}

const origin = await Origin.create({
  configuration: readConfiguration(process.env),
  logger: new ProblemsOnly(),
});

const demo = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
demo.on('connection', (socket) => {
  if (!router || !webRtcServer) throw new Error('there is no room yet');
  const peer = new DemoPeer({ router, webRtcServer, producers }, socket);
  socket.on('close', () => peer.close());
});
demo.on('listening', () => {
  const address = demo.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on TCP');
  process.send?.({ address: origin.address, demoPort: address.port } satisfies OriginMessage);
});

process.on('disconnect', () => process.exit(0));
