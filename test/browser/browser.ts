import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';

const WEBGL_WITHOUT_GPU = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/** Debian's Chromium, or the one that `CHROMIUM_PATH` names. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      // Containers run as root, where Chromium's sandbox cannot.
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...WEBGL_WITHOUT_GPU,
    ],
  });
}

/** The address of the running system; throws when the runner gave none. (Vitest has a BASE_URL of its own.) */
export function baseUrl(): string {
  const url = process.env.TAPLIVE_URL;
  if (!url) throw new Error('TAPLIVE_URL must name the running system that the browser tests are for');
  return url;
}

/** Waits until something is seen; slow machines take their time with the map. */
export function seen(locator: Locator): Promise<void> {
  return locator.waitFor({ state: 'visible', timeout: 30_000 });
}

/** A part of a longer story; what fails in it says in which part. */
export async function step(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new Error(`while "${name}"`, { cause: error });
  }
}

/** Somebody at their own browser: nothing is shared with others but the server. */
export class Visitor {
  readonly page: Page;
  /** What went wrong inside the page: uncaught errors, and what a Content-Security-Policy stopped. */
  readonly troubles: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('pageerror', (error) => this.troubles.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) this.troubles.push(message.text());
    });
  }

  /** Opens a browser of their own. */
  static async open(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({
      ...options,
      baseURL: baseUrl(),
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      // Nothing has to be waited for to come to rest.
      reducedMotion: 'reduce',
    });
    return new Visitor(context, await context.newPage());
  }

  /** Signs in as a demo person by the button with their name. */
  async signInAs(username: string): Promise<void> {
    await this.page.goto('/');
    await this.page.getByRole('button', { name: username }).click();
    await this.page.getByRole('button', { name: 'Sign out' }).waitFor();
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

/** Where an order's page says that its money is, once it says just this. */
export function moneyOf({ page }: Visitor, text: string): Locator {
  return page.getByTestId('money').and(page.getByText(text, { exact: true }));
}
