import type { ClientConfig } from '#contract/config.ts';
import { Person } from './demo/api.ts';
import { gatherPeople } from './demo/people.ts';
import { playOrder } from './demo/play.ts';
import { Stage } from './demo/stage.ts';
import { Timeline } from './demo/timeline.ts';
import { prepareVideo } from './demo/video.ts';

/**
 * `npm run demo`: one order from tap to done against a running system, as clients
 * outside have it: by HTTP, by WebSocket, and live by the web app in a browser.
 */
async function main(base: string): Promise<void> {
  const health = await fetch(`${base}/health`, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
  if (!health) throw new Error(`Nothing runs at ${base}. Start it with: npm run dev`);
  if (!health.ok)
    throw new Error(`What runs at ${base} is not well: ${health.status} ${await health.text()}`);

  console.log(`\n  One order, from tap to done, at ${base}`);
  const timeline = new Timeline();
  const { data: config } = await new Person('nobody', base).get<ClientConfig>('/config');
  const video = await prepareVideo(base, config, timeline);
  if (video.kind === 'missing')
    console.log('\n  ! Nobody can go live here. The order goes as far as it can without.');
  try {
    timeline.heading('The people');
    const cast = await gatherPeople(base, config, timeline);
    const orderId = await playOrder(new Stage(cast, { base, config, timeline }), video);
    console.log(`\n  See it as ${cast.creator.name}: ${base}/orders/${orderId}\n`);
  } finally {
    if (video.kind === 'picture') await video.audience.close();
  }
  if (video.kind === 'missing') console.log(`  ! The order was called off unseen. ${video.advice}\n`);
}

try {
  await main((process.env.BASE_URL ?? 'http://127.0.0.1:8787').replace(/\/+$/, ''));
  process.exit(0);
} catch (error) {
  console.error(`\n  ✗ ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
