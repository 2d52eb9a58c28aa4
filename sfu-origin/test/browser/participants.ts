import type { Browser, Page } from 'playwright-core';
import type { OriginConsumer, OriginOperationName } from '#contract/origin.ts';
import type { Layers } from '#contract/rtp.ts';
import type { LiveRoom } from '../live-room.ts';
import { bundlePage, launchChromium } from './chromium.ts';
import type { Seen, WatchOptions } from './page.ts';

/** What a participant says goes to a live room, real or played. */
type Commanded = Pick<LiveRoom, 'command'>;

/** Any secure address will do: cameras are for such pages only. Nothing of it leaves the browser. */
const ADDRESS = 'https://stage.test/';

/** A browser with participants in it, each in a page of their own. */
export class Participants {
  readonly #browser: Browser;
  readonly #script: string;

  static async create(): Promise<Participants> {
    const [browser, script] = await Promise.all([
      launchChromium(),
      bundlePage(new URL('./page.ts', import.meta.url)),
    ]);
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
  watch(options: WatchOptions = {}): Promise<number> {
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

  /** @returns whether the TURN server gave a relay, or the STUN error with which it refused */
  askForRelay(server: RTCIceServer): Promise<'given' | number> {
    return this.#page.evaluate((given) => window.participant.askForRelay(given), server);
  }

  seen(): Promise<Seen[]> {
    return this.#page.evaluate(() => window.participant.seen());
  }

  async close(): Promise<void> {
    await this.#page.context().close();
  }
}
