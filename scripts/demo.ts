import { gatherPeople } from './demo/people.ts';
import { playOrder } from './demo/play.ts';
import { Timeline } from './demo/timeline.ts';

/** `npm run demo`: one order from tap to done against a running system, over HTTP and WebSocket only. */
async function main(base: string): Promise<void> {
  const health = await fetch(`${base}/health`, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
  if (!health) throw new Error(`Nothing runs at ${base}. Start it with: npm run dev`);
  if (!health.ok)
    throw new Error(`What runs at ${base} is not well: ${health.status} ${await health.text()}`);

  console.log(`\n  One order, from tap to done, at ${base}`);
  const timeline = new Timeline();
  timeline.heading('The people');
  const cast = await gatherPeople(base, timeline);
  const orderId = await playOrder(cast, base, timeline);
  console.log(`\n  See it as ${cast.creator.name}: ${base}/orders/${orderId}\n`);
}

try {
  await main((process.env.BASE_URL ?? 'http://127.0.0.1:8787').replace(/\/+$/, ''));
  process.exit(0);
} catch (error) {
  console.error(`\n  ✗ ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
