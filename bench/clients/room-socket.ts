import WebSocket from 'ws';
import { BEARER_PREFIX, SUBPROTOCOL } from '#contract/close-codes.ts';
import type { FixBody } from '#contract/places.ts';

/** A socket in an order's room, of whichever server. */
export interface RoomSocket {
  /** Reports where the provider is. */
  sendFix(fix: FixBody): void;
  /** Cuts the connection, as a lost network does. */
  cut(): void;
}

/** Who joins which room. `since` is the last event that they have seen. */
export type Entry = { url: string; orderId: string; token: string; since: number };

/** What a member of a room hears. `at` is the time of the fix that a position comes from. */
export type Ears = {
  position?: (at: string) => void;
  /** How a fix that was sent fared. */
  answer?: (accepted: boolean) => void;
  closed?: () => void;
};

/** Opens a socket in some server's room. Resolves once the server has sent all that was missed. */
export type OpenRoomSocket = (entry: Entry, ears?: Ears) => Promise<RoomSocket>;

const OPEN_TIMEOUT_MS = 60_000;

/** TapLive's own protocol, as the contract says it. */
export const openTapLive: OpenRoomSocket = (entry, ears = {}) => {
  const { url, orderId, token, since } = entry;
  const socket = connect(`${url}/api/v1/orders/${orderId}/room?since=${since}`, [
    SUBPROTOCOL,
    `${BEARER_PREFIX}${token}`,
  ]);
  let requests = 0;
  const sendFix = (fix: FixBody) =>
    socket.send(JSON.stringify({ id: ++requests, event: 'location:update', data: fix }));
  return opened(socket, ears, sendFix, (text) => {
    if (text.startsWith('{"event":"location:updated"')) ears.position?.(timeIn(text));
    else if (text.startsWith('{"reply"')) ears.answer?.(text.includes('"accepted":true'));
    else if (text.startsWith('{"event":"room:resumed"') || text.startsWith('{"event":"room:snapshot"')) {
      return 'joined';
    }
    return null;
  });
};

/**
 * socket.io's protocol over its WebSocket transport, spoken by hand: its own client needs several times the CPU for each
 * message, and what the load costs here would show in the rival's latency.
 * https://github.com/socketio/socket.io-protocol
 */
export const openSocketIo: OpenRoomSocket = (entry, ears = {}) => {
  const { url, orderId, token, since } = entry;
  const socket = connect(`${url}/socket.io/?EIO=4&transport=websocket`, []);
  const sendFix = (fix: FixBody) => socket.send(`421${JSON.stringify(['location:update', fix])}`);
  return opened(socket, ears, sendFix, (text) => {
    if (text.startsWith('42["location:updated"')) ears.position?.(timeIn(text));
    else if (text.startsWith('431')) ears.answer?.(text.includes('"accepted":true'));
    else if (text === '2') socket.send('3');
    else if (text.startsWith('0')) socket.send(`40${JSON.stringify({ token })}`);
    else if (text.startsWith('40')) socket.send(`420${JSON.stringify(['join', orderId, since])}`);
    else if (text.startsWith('430')) return 'joined';
    return null;
  });
};

function connect(url: string, protocols: string[]): WebSocket {
  return new WebSocket(url.replace('http:', 'ws:'), protocols, { perMessageDeflate: false });
}

function opened(
  socket: WebSocket,
  ears: Ears,
  sendFix: RoomSocket['sendFix'],
  hear: (text: string) => 'joined' | null,
): Promise<RoomSocket> {
  return new Promise((resolve, reject) => {
    const impatience = setTimeout(() => socket.terminate(), OPEN_TIMEOUT_MS);
    socket.on('message', (data) => {
      if (hear(String(data)) !== 'joined') return;
      clearTimeout(impatience);
      resolve({ sendFix, cut: () => socket.terminate() });
    });
    // Only a close follows an error.
    socket.on('error', () => {});
    socket.on('close', (code, reason) => {
      clearTimeout(impatience);
      reject(new Error(`the room closed the socket: ${code} ${reason}`));
      ears.closed?.();
    });
  });
}

/** The time of the fix in a position, wherever else the frame may say a time after it. */
function timeIn(text: string): string {
  const start = text.indexOf('"at":"') + 6;
  return text.slice(start, start + 24);
}
