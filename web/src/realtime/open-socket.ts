import { api } from '../api/api.ts';
import { LiveSocket, type LiveSocketOptions } from './live-socket.ts';

type Options = Pick<LiveSocketOptions, 'since' | 'query' | 'onEvent' | 'onState'>;

/**
 * Opens one of our sockets with this browser's session. When the network or the page comes back it tries again at once.
 * The answer is closed with the returned function.
 */
export function openSocket(path: string, options: Options): { socket: LiveSocket; close: () => void } {
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
  const socket = new LiveSocket({
    ...options,
    url: `${scheme}://${window.location.host}/api/v1${path}`,
    accessToken: api.accessToken,
    connect: (url, protocols) => new WebSocket(url, protocols),
    now: Date.now,
    random: Math.random,
  });
  const back = () => {
    if (document.visibilityState === 'visible') socket.nudge();
  };
  window.addEventListener('online', back);
  document.addEventListener('visibilitychange', back);
  return {
    socket,
    close: () => {
      window.removeEventListener('online', back);
      document.removeEventListener('visibilitychange', back);
      socket.close();
    },
  };
}
