import { once } from 'node:events';
import { FIX_TICK_MS } from '#domain/tracking/policy.ts';
import { startForked } from '../stack/forked.ts';
import type { Stack } from '../stack/stack.ts';
import type { SocketIoMessage } from './socket-io-server.ts';

export interface SocketIo {
  readonly url: string;
  readonly pid: number;
  /** How often it asked Postgres so far. */
  requests(): Promise<number>;
  /** Ends it as a crash would and starts it again at the same address. */
  restart(): Promise<void>;
}

/** Starts the socket.io server. `coalesced`: with TapLive's own tick, otherwise one emit for every update. */
export async function startSocketIo(
  stack: Stack,
  cleanup: AsyncDisposableStack,
  { coalesced }: { coalesced: boolean },
): Promise<SocketIo> {
  const start = (env: Record<string, string>) =>
    startForked<SocketIoMessage>(new URL('./socket-io-server.ts', import.meta.url), {
      DATABASE_URL: stack.databaseUrl,
      JWT_SECRET: stack.jwtSecret,
      COALESCE_MS: coalesced ? String(FIX_TICK_MS) : '0',
      ...env,
    });
  let running = await start({});
  cleanup.defer(() => running.kill());
  if (!('url' in running.ready)) throw new Error('the server says first where it is');
  const { url } = running.ready;
  return {
    url,
    get pid() {
      return running.pid;
    },
    async requests() {
      const answered = once(running.process, 'message');
      running.process.send('count');
      const [message]: SocketIoMessage[] = await answered;
      if (!message || !('requests' in message)) throw new Error('a server that is asked tells its count');
      return message.requests;
    },
    async restart() {
      await running.kill();
      running = await start({ PORT: new URL(url).port });
    },
  };
}
