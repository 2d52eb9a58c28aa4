import { checked, prepareChecks } from '#simulators/stripe/contract/checked.ts';
import { serveStripe } from '#simulators/stripe/server.ts';
import { STRIPE_TEST_KEYS } from './stripe-keys.ts';

const { STRIPE_WEBHOOK_SECRET, STRIPE_CONNECT_WEBHOOK_SECRET } = STRIPE_TEST_KEYS;
const endpoint = { url: 'http://taplive.test/webhooks/stripe', secret: STRIPE_WEBHOOK_SECRET, events: ['*'] };

/**
 * The tests' Stripe, with everything on the wire checked. Nothing can reach the Worker of a test from outside, so webhooks wait until
 * the test takes them. It ends when its standard input does: that happens however the runner ends.
 */
async function main(): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    process.stdin.resume().once('end', resolve).once('error', resolve);
    process.once('SIGTERM', resolve);
    // Ctrl-C reaches the whole process group; the runner decides when Stripe is no longer needed.
    process.on('SIGINT', () => {});
  });
  const server = await serveStripe({
    wrap: checked,
    webhookEndpoints: [
      { ...endpoint, id: 'we_platform', connect: false },
      {
        ...endpoint,
        id: 'we_connect',
        connect: true,
        url: `${endpoint.url}-connect`,
        secret: STRIPE_CONNECT_WEBHOOK_SECRET,
      },
    ],
  });
  server.stripe.courier.setPolicy({ held: true });
  console.log(JSON.stringify({ url: server.url }));
  // The database takes longer to be ready, so no test waits for this.
  prepareChecks();
  await ended;
  await server.close();
}

await main();
process.exit();
