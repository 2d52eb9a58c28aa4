import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ClientConfig } from '#contract/config.ts';
import type { Success } from '#contract/envelope.ts';
import { launchBrowser, moneyOf, seen, Visitor } from './browser.ts';

const BELEM = '38.69160,-9.21600';

let browser: Browser;
let creator: Visitor;
let provider: Visitor;
let simulatorUrl: string;

beforeAll(async () => {
  browser = await launchBrowser();
  // The page's own policy lets no script of Stripe's in where a simulator stands in for it.
  [creator, provider] = await Promise.all([
    Visitor.open(browser, { bypassCSP: true }),
    Visitor.open(browser),
  ]);
  await takeCardsByScript(creator.page.context());
  await Promise.all([creator.signInAs('tomas'), provider.signInAs('ines')]);
});

afterAll(async () => {
  await browser?.close();
});

/**
 * Lets the app take cards as it does with Stripe itself. Stripe's script is out of reach here: one stands in for it that has the same
 * calls and no fields, and whose customer always types in the card whose bank asks, and always satisfies it. What it is asked
 * for happens at the simulator.
 */
async function takeCardsByScript(context: BrowserContext): Promise<void> {
  await context.route('**/api/v1/config', async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as Success<ClientConfig>; // what the API's own contract says
    simulatorUrl = answer.data.stripe.simulatorUrl ?? '';
    answer.data.stripe.simulatorUrl = null;
    await route.fulfill({ response, json: answer });
  });
  await context.route('https://js.stripe.com/**', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: SCRIPT }),
  );
  await context.exposeFunction('confirmSetupAtSimulator', async (id: string) => {
    await ask(`/v1/setup_intents/${id}/confirm`, 'payment_method=pm_card_authenticationRequired');
    await satisfyBank(id);
  });
  await context.exposeFunction('satisfyBankAtSimulator', satisfyBank);
}

const satisfyBank = (id: string) =>
  ask(`/_sim/intents/${id}/authenticate`, JSON.stringify({ outcome: 'succeeded' }));

async function ask(path: string, body: string): Promise<void> {
  const type = path.startsWith('/v1/') ? 'application/x-www-form-urlencoded' : 'application/json';
  const response = await fetch(simulatorUrl + path, {
    method: 'POST',
    headers: { Authorization: 'Bearer sk_test_simulated', 'Content-Type': type },
    body,
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

const SCRIPT = `
  const idOf = (secret) => secret.split('_secret_')[0];
  window.Stripe = () => ({
    registerAppInfo() {},
    _registerWrapper() {},
    elements: ({ clientSecret }) => ({
      clientSecret,
      create: () => ({ on: (event, tell) => tell(), mount: () => {}, destroy: () => {} }),
    }),
    async confirmSetup({ elements, redirect }) {
      if (redirect !== 'if_required') throw new Error('the page would be left');
      await window.confirmSetupAtSimulator(idOf(elements.clientSecret));
      return { setupIntent: { status: 'succeeded' } };
    },
    async handleNextAction({ clientSecret }) {
      await window.satisfyBankAtSimulator(idOf(clientSecret));
      return {};
    },
  });
`;

it("Stripe's script takes the card and lets its bank ask, without leaving the page", {
  timeout: 240_000,
}, async () => {
  const { page } = creator;
  await page.goto(`/orders/new?at=${BELEM}`);
  await page.getByLabel('What do you want to see?').fill(`Bridge ${crypto.randomUUID().slice(0, 8)}`);
  await page.getByLabel('You pay').fill('30');
  await page.getByRole('button', { name: 'Post the order' }).click();
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
  const orderPage = page.url();
  await provider.page.goto(orderPage);
  await provider.page.getByRole('button', { name: /^Apply for/ }).click();

  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/payment-methods')) sent.push(request.postData() ?? '');
  });
  await page.getByRole('button', { name: 'Choose ines' }).click();
  await page.getByRole('button', { name: 'Save the card' }).click();
  await page.getByLabel('Visa ending in 3184').check();
  // Nothing of the card went to us.
  expect(sent.filter(Boolean)).toEqual(['{}']);

  await page.getByRole('button', { name: 'Pay €30 and choose ines' }).click();
  await seen(moneyOf(creator, '€30 is held on your card'));
  await seen(page.locator('[data-event="payment:processing"]').getByText('wants a confirmation'));
  expect(page.url()).toBe(orderPage);
  expect([...creator.troubles, ...provider.troubles]).toEqual([]);
});
