import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from '#sfu-origin/test/browser/chromium.ts';

/** Six pages with video take their time on two cores; what takes longer than this is not coming. */
const WITHIN_MS = 60_000;

/** Somebody who has an account. */
export type Account = { readonly email: string; readonly password: string };

/** What a page has of a show's picture and sound. */
export type Playing = {
  readonly width: number;
  readonly height: number;
  /** Frames that were shown, and bytes of sound that came, within a second. */
  readonly frames: number;
  readonly soundBytes: number;
  /** How loud it was altogether, as RTCInboundRtpStreamStats has it in `totalAudioEnergy`. */
  readonly soundEnergy: number;
};

/** A time without a new picture, in milliseconds since the epoch. `to` is null while it lasts. */
export type Gap = { readonly from: number; readonly to: number | null };

declare global {
  interface Window {
    /** Every connection for media that the page has made. */
    connections: RTCPeerConnection[];
    /** When a new picture was seen, in milliseconds since the epoch, to some 50 ms. */
    pictures: number[];
  }
}

/** A browser in which each person has the web app to themselves. */
export class Pages {
  readonly #browser: Browser;
  readonly #base: string;

  /** @param base where the web app is */
  static async open(base: string): Promise<Pages> {
    return new Pages(await launchChromium(), base);
  }

  private constructor(browser: Browser, base: string) {
    this.#browser = browser;
    this.#base = base;
  }

  /** Signs somebody in by the form, at the page that they want to see. */
  async enter(
    { email, password }: Account,
    path: string,
    options: BrowserContextOptions = {},
  ): Promise<LivePage> {
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 800 },
      ...options,
      baseURL: this.#base,
      locale: 'en-GB',
      permissions: ['camera', 'microphone'],
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(WITHIN_MS);
    await context.addInitScript(keepRecord);
    const page = await context.newPage();
    const live = new LivePage(page);
    await page.goto(path);
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    return live;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** One person's page of a show: the studio or the player. */
export class LivePage {
  readonly page: Page;
  /** What went wrong inside of it. */
  readonly errors: string[] = [];
  #roomSockets = 0;

  constructor(page: Page) {
    this.page = page;
    page.on('pageerror', ({ message }) => this.errors.push(message));
    page.on('websocket', (socket) => {
      if (!/\/live-shows\/[^/]+\/room/.test(socket.url())) return;
      this.#roomSockets += 1;
      socket.on('close', () => {
        this.#roomSockets -= 1;
      });
    });
  }

  /** Sockets to live rooms that are open. */
  get roomSockets(): number {
    return this.#roomSockets;
  }

  /** Connections for media that are not closed. */
  connections(): Promise<number> {
    return this.page.evaluate(
      () => window.connections.filter(({ connectionState }) => connectionState !== 'closed').length,
    );
  }

  /** Waits until the player says that it is in this phase. */
  async isIn(phase: string): Promise<void> {
    await this.page.locator(`[data-testid="player"][data-phase="${phase}"]`).waitFor();
  }

  /** Looks for a second at what is shown. */
  playing(): Promise<Playing> {
    return this.page.evaluate(async () => {
      const sample = async () => {
        const video = document.querySelector<HTMLVideoElement>('[data-testid="player"] video.stage-main');
        let [soundBytes, soundEnergy] = [0, 0];
        for (const connection of window.connections) {
          if (connection.connectionState === 'closed') continue;
          for (const entry of (await connection.getStats()).values()) {
            if (entry.type !== 'inbound-rtp' || entry.kind !== 'audio') continue;
            soundBytes += entry.bytesReceived ?? 0;
            soundEnergy += entry.totalAudioEnergy ?? 0;
          }
        }
        const frames = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
        return {
          width: video?.videoWidth ?? 0,
          height: video?.videoHeight ?? 0,
          frames,
          soundBytes,
          soundEnergy,
        };
      };
      const before = await sample();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const after = await sample();
      return {
        ...after,
        frames: after.frames - before.frames,
        soundBytes: after.soundBytes - before.soundBytes,
      };
    });
  }

  /** The longest time without a new picture since then. */
  longestGap(since: number): Promise<Gap> {
    return this.page.evaluate((start) => {
      let longest: Gap = { from: start, to: start };
      let from = start;
      const lengthOf = (gap: Gap) => (gap.to ?? Date.now()) - gap.from;
      for (const at of [...window.pictures.filter((time) => time > start), null]) {
        const gap = { from, to: at };
        if (lengthOf(gap) > lengthOf(longest)) longest = gap;
        from = at ?? from;
      }
      return longest;
    }, since);
  }

  async say(text: string): Promise<void> {
    await this.page.getByLabel('Say something').fill(text);
    await this.page.getByRole('button', { name: 'Send' }).click();
  }

  async hears(text: string): Promise<void> {
    await this.page.getByTestId('chat').getByText(text, { exact: true }).waitFor();
  }
}

/** Runs in every page before anything of its own. */
function keepRecord(): void {
  window.connections = [];
  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(target, parameters) {
      const connection = new target(...(parameters as [RTCConfiguration?]));
      window.connections.push(connection);
      return connection;
    },
  });
  window.pictures = [];
  let shown = 0;
  setInterval(() => {
    const video = document.querySelector<HTMLVideoElement>('[data-testid="player"] video.stage-main');
    const frames = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
    // It begins anew with another track.
    if (frames !== shown && frames > 0) window.pictures.push(Date.now());
    shown = frames;
  }, 50);
}
