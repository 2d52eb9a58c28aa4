import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import type { OriginConsumer, OriginOperationName } from '#contract/origin.ts';
import type { Layers } from '#contract/rtp.ts';
import type { LiveRoom } from '../live-room.ts';
import type { Seen } from './page.ts';

/** What a participant says goes to a live room, real or played. */
type Commanded = Pick<LiveRoom, 'command'>;

/** Any secure address will do: cameras are for such pages only. Nothing of it leaves the browser. */
const ADDRESS = 'https://stage.test/';

/** Debian's Chromium, or the one that `CHROMIUM_PATH` names, with a fake camera. */
function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      // Containers run as root, where Chromium's sandbox cannot.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL('./page.ts', import.meta.url)),
        formats: ['iife'],
        name: 'page',
      },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !('output' in output)) throw new Error('nothing was built');
  return output.output[0].code;
}

/** A browser with participants in it, each in a page of their own. */
export class Participants {
  readonly #browser: Browser;
  readonly #script: string;

  static async create(): Promise<Participants> {
    const [browser, script] = await Promise.all([launch(), bundle()]);
    return new Participants(browser, script);
  }

  private constructor(browser: Browser, script: string) {
    this.#browser = browser;
    this.#script = script;
  }

  async open(room: Commanded, id: string): Promise<BrowserClient> {
    const context = await this.#browser.newContext({ permissions: ['camera', 'microphone'] });
    const page = await context.newPage();
    await page.route(`${ADDRESS}**`, (route) => route.fulfill({ contentType: 'text/html', body: '<body>' }));
    await page.exposeFunction(
      'command',
      (operation: OriginOperationName, parameters: Record<string, string>, body?: unknown) =>
        room.command(operation, { participantId: id, ...parameters }, body as never),
    );
    await page.goto(ADDRESS);
    await page.addScriptTag({ content: this.#script });
    return new BrowserClient(id, page);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** A participant in a page. */
export class BrowserClient {
  readonly id: string;
  readonly #page: Page;

  constructor(id: string, page: Page) {
    this.id = id;
    this.#page = page;
  }

  publish(codec: string): Promise<{ id: string; source: string }[]> {
    return this.#page.evaluate((options) => window.participant.publish(options), { codec });
  }

  /** @returns milliseconds from the first message to the first picture */
  watch(options: { tcpOnly?: boolean; layers?: Layers | null } = {}): Promise<number> {
    return this.#page.evaluate((given) => window.participant.watch(given), options);
  }

  take(consumers: OriginConsumer[]): Promise<void> {
    return this.#page.evaluate((given) => window.participant.take(given), consumers);
  }

  wish(layers: Layers | null): Promise<void> {
    return this.#page.evaluate((given) => window.participant.wish(given), layers);
  }

  restartIce(): Promise<void> {
    return this.#page.evaluate(() => window.participant.restartIce());
  }

  seen(): Promise<Seen[]> {
    return this.#page.evaluate(() => window.participant.seen());
  }

  async close(): Promise<void> {
    await this.#page.context().close();
  }
}
