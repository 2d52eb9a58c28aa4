import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Credentials } from '#scripts/demo/api.ts';
import { signInAt } from '#scripts/demo/audience.ts';
import { launchChromium } from '#sfu-origin/test/browser/chromium.ts';

/** Six pages with video take their time on two cores; what takes longer than this is not coming. */
const WITHIN_MS = 60_000;

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

/** A way to the origin of a page's own: where it reaches what is announced at another address. */
export type OwnNetwork = { readonly announced: string; readonly at: string };

declare global {
  interface Window {
    /** Every connection for media that the page has made. */
    connections: RTCPeerConnection[];
    /** Every track of a camera or microphone that the page has opened. */
    captured: MediaStreamTrack[];
    /** When a new picture was seen, in milliseconds since the epoch, to some 50 ms. */
    pictures: number[];
  }
}

/** A browser in which each person has the web app to themselves. */
export class Pages {
  readonly #browser: Browser;
  readonly #base: URL;

  /** @param base where the web app is */
  static async open(base: string): Promise<Pages> {
    return new Pages(await launchChromium(), new URL(base));
  }

  private constructor(browser: Browser, base: URL) {
    this.#browser = browser;
    this.#base = base;
  }

  /** Signs somebody in by the form, at the page that they want to see; all that this page sends goes through `network`, if given. */
  async enter(
    credentials: Credentials,
    path: string,
    { network, ...options }: BrowserContextOptions & { network?: OwnNetwork } = {},
  ): Promise<LivePage> {
    const base = new URL(this.#base);
    if (network) base.hostname = network.at;
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 800 },
      ...options,
      baseURL: base.href,
      locale: 'en-GB',
      permissions: ['camera', 'microphone'],
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(WITHIN_MS);
    await context.addInitScript(keepRecord);
    if (network) await context.addInitScript(goThrough, network);
    const page = await context.newPage();
    const live = new LivePage(page);
    await signInAt(page, path, credentials);
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

  /** Connections for media that were ever made. */
  connectionsMade(): Promise<number> {
    return this.page.evaluate(() => window.connections.length);
  }

  /** Tracks of cameras and microphones that are open. */
  captured(): Promise<number> {
    return this.page.evaluate(() => window.captured.filter(({ readyState }) => readyState === 'live').length);
  }

  /** Waits until the player says that it is in this phase. */
  async isIn(phase: string): Promise<void> {
    await this.page.locator(`[data-testid="player"][data-phase="${phase}"]`).waitFor();
  }

  /** Waits until whoever looks at it can read that the show has ended. */
  async saysThatItIsOver(): Promise<void> {
    await this.page.getByTestId('player').getByText('The show has ended').waitFor();
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
    construct(target, parameters, made) {
      const connection: RTCPeerConnection = Reflect.construct(target, parameters, made);
      window.connections.push(connection);
      return connection;
    },
  });
  window.captured = [];
  const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints);
    window.captured.push(...stream.getTracks());
    return stream;
  };
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

/** Has connections reach the origin at another address than the announced one, at which another network stands. */
function goThrough({ announced, at }: OwnNetwork): void {
  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    override setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
      return super.setRemoteDescription({ type, sdp: sdp.replaceAll(announced, at) });
    }
  };
}
