import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, moneyOf, seen, step, Visitor } from './browser.ts';

const ROSSIO = '38.71390,-9.13940';
/** Some 700 m north of it. */
const RESTAURADORES = '38.72020,-9.13940';

let browser: Browser;
let creator: Visitor;
let provider: Visitor;

beforeAll(async () => {
  browser = await launchBrowser();
  [creator, provider] = await Promise.all([Visitor.open(browser), Visitor.open(browser)]);
});

afterAll(async () => {
  await browser?.close();
});

describe('the first page', () => {
  // Unique, so that what earlier runs left behind is not taken for it.
  const title = `Fountain ${crypto.randomUUID().slice(0, 8)}`;
  const entry = (event: string) => creator.page.locator(`[data-event="${event}"]`);
  const marker = () => creator.page.getByTestId('provider-marker');
  const positionShown = async () =>
    `${await marker().getAttribute('data-latitude')},${await marker().getAttribute('data-longitude')}`;

  it('takes an order from a tap to its rating', { timeout: 240_000 }, async () => {
    await step('lets demo people sign in', async () => {
      await Promise.all([creator.signInAs('mara'), provider.signInAs('joao')]);
      await seen(creator.page.getByRole('link', { name: 'Order a stream here' }));
      await seen(provider.page.getByRole('switch', { name: 'Take orders' }));
    });

    await step('lets a provider say where they are, and that they take orders', async () => {
      const { page } = provider;
      await page.goto(`/?at=${RESTAURADORES}`);
      await page.getByText('Simulated', { exact: true }).click();
      await seen(page.locator('.maplibregl-canvas'));
      // The place that is looked at lies in the middle of the map.
      await page.locator('.maplibregl-canvas').click();
      await seen(page.getByRole('img', { name: 'Your simulated location' }));
      // The position must have reached the server first; until then it is refused, and tried again.
      const takesOrders = page.getByRole('switch', { name: 'Take orders' });
      await expect
        .poll(
          async () => {
            if ((await takesOrders.getAttribute('aria-checked')) === 'false') await takesOrders.click();
            // It shows what is wished for until the server has said what is so.
            await page.locator('[role="switch"][aria-busy="false"]').waitFor();
            return page.getByText('New orders nearby are offered to you').isVisible();
          },
          { timeout: 20_000, interval: 1_000 },
        )
        .toBe(true);
    });

    await step('lets a creator order a stream, which providers nearby hear of at once', async () => {
      const { page } = creator;
      await page.goto(`/orders/new?at=${ROSSIO}`);
      await page.getByLabel('What do you want to see?').fill(title);
      await page.getByRole('button', { name: 'Post the order' }).click();
      await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
      await seen(page.getByText('Connected'));

      const offer = provider.page.getByRole('article', { name: `Offer: ${title}` });
      await seen(offer);
      await offer.getByRole('link', { name: 'Look at it' }).click();
    });

    await step(
      'lets the provider apply, and the creator choose them by paying with a first card',
      async () => {
        await provider.page.getByRole('button', { name: /^Apply for/ }).click();
        await seen(provider.page.getByText('You have applied'));

        const choose = creator.page.getByRole('button', { name: 'Choose joao' });
        await seen(choose);
        await choose.click();
        await creator.page.getByRole('button', { name: /^Visa 4242/ }).click();
        await creator.page.getByRole('button', { name: /^Pay .* and choose joao$/ }).click();
        await seen(entry('order:accepted'));
        await seen(moneyOf(creator, '€25 is held on your card'));
        await seen(moneyOf(provider, '€25 is held for you'));
        await seen(provider.page.getByRole('button', { name: 'Start the stream' }));
      },
    );

    await step('shows the creator how the provider comes closer, until they arrive', async () => {
      await seen(marker());
      const before = await positionShown();

      const { page } = provider;
      await page.getByLabel('Pace').selectOption({ label: 'In a rush' });
      const flag = page.getByRole('img', { name: title });
      await seen(flag);
      const box = await flag.boundingBox();
      if (!box) throw new Error('the order is not on the map');
      await page.mouse.click(box.x + box.width / 2, box.y + box.height + 4);

      await expect.poll(positionShown, { timeout: 15_000 }).not.toBe(before);
      const midway = await positionShown();
      await expect.poll(positionShown, { timeout: 15_000 }).not.toBe(midway);
      await seen(entry('location:geofence_entered'));
      await seen(creator.page.getByText('At the place', { exact: true }));
    });

    await step('carries messages both ways', async () => {
      for (const [from, to, text] of [
        [creator, provider, 'Do you see the fountain?'],
        [provider, creator, 'I am standing beside it.'],
      ] as const) {
        await from.page.getByLabel('Message').fill(text);
        await from.page.getByRole('button', { name: 'Send' }).click();
        await seen(to.page.getByTestId('timeline').getByText(text));
      }
    });

    await step('tells both when the stream starts and when it is done', async () => {
      await provider.page.getByRole('button', { name: 'Start the stream' }).click();
      await seen(entry('order:started'));
      await creator.page.getByRole('button', { name: 'Complete' }).click();
      await seen(entry('order:completed'));
      await seen(provider.page.locator('[data-event="order:completed"]'));
    });

    await step('keeps the money in escrow until the creator releases it', async () => {
      const { page } = creator;
      await seen(moneyOf(creator, '€25 is in escrow'));
      await page.getByRole('button', { name: /^Release €25 to/ }).click();
      await page.getByRole('button', { name: 'Release it' }).click();
      await seen(entry('order:released'));
      await seen(moneyOf(creator, '€25 was released to João Pereira'));
      await seen(moneyOf(provider, '€21.25 is yours'));
    });

    await step('pays the provider out as soon as Stripe can', async () => {
      const { page } = provider;
      const orderPage = page.url();
      await page.getByRole('link', { name: 'Set up payouts' }).click();
      await seen(page.getByRole('link', { name: new RegExp(title) }).getByText('not sent yet'));
      await page.getByRole('button', { name: 'Set up payouts' }).click();
      // A page of the simulator's, which stands in for Stripe's.
      await page.getByRole('button', { name: 'Give all of it and finish' }).click();
      await seen(page.getByText('Payouts are set up'));
      await page.goto(orderPage);
      await seen(moneyOf(provider, '€21.25 was paid out to you'));
      await page.getByRole('button', { name: /João Pereira/ }).click();
      await page.getByRole('link', { name: 'Your earnings' }).click();
      await seen(page.getByRole('link', { name: new RegExp(title) }).getByText('paid out on'));
    });

    await step('keeps the whole story through a reload, and takes a rating', async () => {
      const { page } = creator;
      await page.reload();
      await seen(entry('order:completed'));
      await seen(entry('order:created'));
      await page.getByText('5 stars').check({ force: true });
      await page.getByRole('button', { name: 'Rate' }).click();
      await seen(entry('order:rated'));
    });

    await step('stops taking orders and signs out', async () => {
      const { page } = provider;
      await page.getByRole('link', { name: 'Orders nearby' }).click();
      await page.getByRole('switch', { name: 'Take orders' }).click();
      await seen(page.getByText('Not taking orders'));
      await page.getByRole('button', { name: 'Sign out' }).click();
      await seen(page.getByRole('heading', { name: /Tap a place/ }));
    });

    await step('nothing went wrong in the pages', async () => {
      expect([...creator.troubles, ...provider.troubles]).toEqual([]);
    });
  });
});
