import type { Backend } from '#db/gateway/backend.ts';
import { startGateway } from '#db/gateway/gateway.ts';
import { createPostgresBackend } from '#db/gateway/postgres-backend.ts';

/** What a gateway tells the process that forked it: once where it is, and its count at every message. */
export type GatewayMessage = { url: string } | { requests: number };

/** The production gateway before the Postgres of DATABASE_URL, which also counts the requests that it is sent. */
async function main(): Promise<void> {
  const upstream = process.env.DATABASE_URL;
  if (!upstream) throw new Error('DATABASE_URL is not set');
  const backend = createPostgresBackend({ upstream });
  let requests = 0;
  const counting: Backend = {
    ...backend,
    execute: (work, signal) => {
      requests += 1;
      return backend.execute(work, signal);
    },
  };
  const gateway = await startGateway({ backend: counting });
  const tell = (message: GatewayMessage) => process.send?.(message);
  process.on('message', () => tell({ requests }));
  // Its parent has ended, however that happened.
  process.once('disconnect', () => process.exit());
  tell({ url: gateway.url });
}

await main();
