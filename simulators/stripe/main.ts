import { serveStripe } from './server.ts';
import { loadState, saveState } from './storage.ts';
import type { WebhookEndpoint } from './webhooks/deliveries.ts';

const SAVED_AFTER_MS = 200;

/**
 * The simulator as a program. Its environment:
 * - STRIPE_SIMULATOR_PORT: where it listens on 127.0.0.1; any free port unless set
 * - STRIPE_SIMULATOR_DATA: a file to keep its state in from run to run; unless set, it forgets everything
 * - STRIPE_WEBHOOK_URL and STRIPE_WEBHOOK_SECRET: where the platform's events go
 * - STRIPE_CONNECT_WEBHOOK_URL and STRIPE_CONNECT_WEBHOOK_SECRET: where events of connected accounts go
 * Prints one line of JSON when it is ready. SIGTERM and SIGINT end it.
 */
async function main(): Promise<void> {
  const { STRIPE_SIMULATOR_PORT: port, STRIPE_SIMULATOR_DATA: file } = process.env;
  const kept = file ? loadState(file) : null;
  let saving: NodeJS.Timeout | undefined;
  const server = await serveStripe({
    ...(port ? { port: portFrom(port) } : {}),
    ...(kept ? { state: kept } : {}),
    webhookEndpoints: [...endpoint('platform'), ...endpoint('connect')],
    onChange({ world }) {
      if (!file) return;
      saving ??= setTimeout(() => {
        saving = undefined;
        saveState(file, world.state);
      }, SAVED_AFTER_MS);
    },
  });
  const stop = async () => {
    await server.close();
    clearTimeout(saving);
    if (file) saveState(file, server.stripe.world.state);
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  console.log(JSON.stringify({ event: 'ready', url: server.url }));
}

function portFrom(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`No port: ${text}`);
  return port;
}

function endpoint(kind: 'platform' | 'connect'): WebhookEndpoint[] {
  const connect = kind === 'connect';
  const prefix = connect ? 'STRIPE_CONNECT_WEBHOOK' : 'STRIPE_WEBHOOK';
  const url = process.env[`${prefix}_URL`];
  const secret = process.env[`${prefix}_SECRET`];
  if (!url && !secret) return [];
  if (!url || !secret) throw new Error(`${prefix}_URL and ${prefix}_SECRET belong together`);
  return [{ id: `we_${kind}`, url, secret, connect, events: ['*'] }];
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  process.exit(1);
});
