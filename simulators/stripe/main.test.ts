import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Stripe from 'stripe';
import { expect, onTestFinished, test } from 'vitest';

async function start(env: Record<string, string>) {
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { event, url } = JSON.parse(line);
  expect(event).toBe('ready');
  const sdk = new Stripe('sk_test_main', {
    host: '127.0.0.1',
    port: new URL(url).port,
    protocol: 'http',
    telemetry: false,
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    return code;
  };
  return { sdk, stop };
}

test('the program says when it is ready, ends when told to, and keeps its state in a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stripe-simulator-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const env = { STRIPE_SIMULATOR_DATA: join(folder, 'data', 'stripe.json') };
  const first = await start(env);
  const customer = await first.sdk.customers.create({ email: 'payer@example.com' }, { idempotencyKey: 'k' });
  expect(await first.stop()).toBe(0);
  const second = await start(env);
  expect(await second.sdk.customers.retrieve(customer.id)).toMatchObject({ email: 'payer@example.com' });
  const again = await second.sdk.customers.create({ email: 'payer@example.com' }, { idempotencyKey: 'k' });
  expect(again.id).toBe(customer.id);
  expect(await second.stop()).toBe(0);
});
