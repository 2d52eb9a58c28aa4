import { DEMO_PASSWORD, DEMO_PEOPLE } from '#db/seed/demo-people.ts';
import { Person } from './demo/api.ts';
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
  const [creator, near, far] = await Promise.all([
    signIn('mara', base, timeline),
    signIn('joao', base, timeline),
    signIn('ines', base, timeline),
  ]);
  const orderId = await playOrder({ creator, near, far }, base, timeline);
  console.log(`\n${timeline.summary()}\n\n  See it as ${creator.name}: ${base}/orders/${orderId}\n`);
}

async function signIn(username: string, base: string, timeline: Timeline): Promise<Person> {
  const account = DEMO_PEOPLE.find((person) => person.username === username);
  if (!account) throw new Error(`there is no demo person ${username}`);
  const person = new Person(username, base);
  const startedAt = performance.now();
  const how = await person.signIn({ ...account, password: DEMO_PASSWORD });
  timeline.say(
    username,
    `${how} as ${account.role} (${timeline.measure('sign in', performance.now() - startedAt)})`,
  );
  return person;
}

try {
  await main((process.env.BASE_URL ?? 'http://127.0.0.1:8787').replace(/\/+$/, ''));
  process.exit(0);
} catch (error) {
  console.error(`\n  ✗ ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
