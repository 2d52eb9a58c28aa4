import { createSocket } from 'node:dgram';

/** A socket that packets can be sent to. Whoever started this stops it (SIGSTOP), and nobody reads them. */
export type UnreadMessage = { readonly port: number };

const socket = createSocket('udp4');
socket.bind(0, '127.0.0.1', () => {
  process.send?.({ port: socket.address().port } satisfies UnreadMessage);
});
process.on('disconnect', () => process.exit(0));
