import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, moneyOf, seen, step, Visitor } from './browser.ts';

const BELEM = '38.69160,-9.21600';

let browser: Browser;
let creator: Visitor;
let provider: Visitor;

beforeAll(async () => {
  browser = await launchBrowser();
  [creator, provider] = await Promise.all([Visitor.open(browser), Visitor.open(browser)]);
  await Promise.all([creator.signInAs('kenji'), provider.signInAs('ines')]);
});

afterAll(async () => {
  await browser?.close();
});

/** An order of kenji's that ines applied to; kenji looks at it, and is about to choose her. */
async function aboutToChoose(title: string): Promise<void> {
  const { page } = creator;
  await page.goto(`/orders/new?at=${BELEM}`);
  await page.getByLabel('What do you want to see?').fill(title);
  await page.getByLabel('You pay').fill('30');
  await page.getByRole('button', { name: 'Post the order' }).click();
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
  await provider.page.goto(page.url());
  await provider.page.getByRole('button', { name: /^Apply for/ }).click();
  await seen(provider.page.getByText('You have applied'));
  await page.getByRole('button', { name: 'Choose ines' }).click();
}

const pay = () => creator.page.getByRole('button', { name: /^Pay €30 and choose ines$/ });
const unique = (title: string) => `${title} ${crypto.randomUUID().slice(0, 8)}`;

describe('cards', () => {
  it('are saved, asked for by their bank, declined and removed', { timeout: 240_000 }, async () => {
    const { page } = creator;
    const saved = (name: string) => page.getByRole('list', { name: 'Saved cards' }).getByText(name);
    await step('opens the page of the cards by the menu', async () => {
      await page.getByRole('button', { name: /Kenji Mori/ }).click();
      await page.getByRole('link', { name: 'Your cards' }).click();
      await seen(page.getByRole('heading', { name: 'Your cards' }));
      await page.getByRole('button', { name: 'Add a card' }).click();
    });

    await step('says why a card cannot be saved, and takes another', async () => {
      await page.getByRole('button', { name: /^Visa 9995/ }).click();
      await seen(page.getByText('There is not enough money on this card.'));
      await page.getByRole('button', { name: /^Mastercard 4444/ }).click();
      await seen(saved('Mastercard ending in 4444'));
    });

    await step('lets the bank ask on its own page, and comes back', async () => {
      await page.getByRole('button', { name: 'Add a card' }).click();
      await page.getByRole('button', { name: /^Visa 3184/ }).click();
      await page.getByRole('button', { name: 'Refuse' }).click();
      await seen(page.getByText('Your bank did not confirm that it is you'));
      await page.getByRole('button', { name: 'Add a card' }).click();
      await page.getByRole('button', { name: /^Visa 3184/ }).click();
      await page.getByRole('button', { name: 'Approve' }).click();
      await seen(page.getByText('Your bank confirmed it'));
      await seen(saved('Visa ending in 3184'));
      expect(new URL(page.url()).search).toBe('');
    });

    await step('removes one, having asked', async () => {
      await page.getByRole('button', { name: 'Remove Mastercard ending in 4444', exact: true }).click();
      await page.getByRole('button', { name: 'Really remove Mastercard ending in 4444' }).click();
      await saved('Mastercard ending in 4444').waitFor({ state: 'detached', timeout: 30_000 });
    });
  });
});

describe('choosing somebody', () => {
  it('with a card that is declined leaves the order open, and another card can pay', {
    timeout: 240_000,
  }, async () => {
    const { page } = creator;
    await aboutToChoose(unique('Tower'));
    await page.getByRole('button', { name: 'Another card' }).click();
    await page.getByRole('button', { name: /^Visa 0341/ }).click();
    await page.getByLabel('Visa ending in 0341').check();
    await pay().click();
    await seen(page.getByRole('alert').getByText('Your card was declined.'));
    await seen(page.locator('[data-event="payment:failed"]'));
    await seen(page.getByText('Open', { exact: true }));

    await page.getByRole('button', { name: 'Another card' }).click();
    await page.getByRole('button', { name: /^Visa 4242/ }).click();
    await page.getByLabel('Visa ending in 4242').check();
    await pay().click();
    await seen(moneyOf(creator, '€30 is held on your card'));
    // What the creator's cards went through is not the provider's to know.
    await seen(moneyOf(provider, '€30 is held for you'));
    expect(await provider.page.locator('[data-event="payment:failed"]').count()).toBe(0);

    await page.getByRole('button', { name: 'Cancel the order' }).click();
    await seen(page.getByText('It costs nothing: the €30 that is held is given back.'));
    await page.getByRole('button', { name: 'Cancel the order' }).click();
    await seen(moneyOf(creator, '€30 is no longer held'));
  });

  it('waits for the bank that asks, and is told how it ended', { timeout: 240_000 }, async () => {
    const { page } = creator;
    await aboutToChoose(unique('Monastery'));
    const orderPage = page.url();
    await page.getByLabel('Visa ending in 3184').check();
    await pay().click();

    await step('leaves for the bank, and can come back without an answer', async () => {
      await page.waitForURL(/\/authenticate\/pi_/);
      await page.goto(orderPage);
      await seen(moneyOf(creator, 'Your bank wants you to confirm'));
      await seen(page.getByText('Being taken', { exact: true }));
      expect(await page.getByRole('button', { name: 'Choose ines' }).count()).toBe(0);
      // Whoever is not in the room sees that it is being taken, too.
      await provider.page.reload();
      await seen(provider.page.getByText('Somebody is just being chosen.'));
    });

    await step('leaves the order open when the bank is refused', async () => {
      await page.getByRole('button', { name: 'Confirm with your bank' }).click();
      await page.getByRole('button', { name: 'Refuse' }).click();
      await seen(page.getByText('Your bank could not confirm that it is you.'));
      expect(page.url()).toBe(orderPage);
    });

    await step('holds the money when the bank is satisfied', async () => {
      await page.getByRole('button', { name: 'Choose ines' }).click();
      await page.getByLabel('Visa ending in 3184').check();
      await pay().click();
      await page.getByRole('button', { name: 'Approve' }).click();
      await seen(moneyOf(creator, '€30 is held on your card'));
      await seen(page.locator('[data-event="order:accepted"]'));
    });

    await step('nothing went wrong in the pages', async () => {
      expect([...creator.troubles, ...provider.troubles]).toEqual([]);
    });
  });
});
