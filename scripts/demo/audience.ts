import { type Browser, chromium, type Page } from 'playwright-core';
import type { Credentials, Person } from './api.ts';

/** A page of the web app takes long on a busy machine; what takes longer than this is not coming. */
const WITHIN_MS = 60_000;

/** A picture as its viewer has it. `ms`: since the page was opened. */
export type Seen = { readonly width: number; readonly height: number; readonly ms: number };

/** A browser with a made-up camera, in which each person has a page of the web app to themselves. */
export class Audience {
  readonly #browser: Browser;
  readonly #base: string;

  /**
   * @param program the path of Chromium or Chrome
   * @throws Error when it does not start
   */
  static async open(program: string, base: string): Promise<Audience> {
    const browser = await chromium.launch({
      executablePath: program,
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
    return new Audience(browser, base);
  }

  private constructor(browser: Browser, base: string) {
    this.#browser = browser;
    this.#base = base;
  }

  /** Signs the person in by the form, at the page that they want to see. */
  async enter(person: Person, path: string): Promise<Page> {
    const context = await this.#browser.newContext({
      baseURL: this.#base,
      locale: 'en-GB',
      permissions: ['camera', 'microphone'],
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(WITHIN_MS);
    const page = await context.newPage();
    await signInAt(page, path, person.credentials);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** Signs somebody in by the form of the web app, at the page that they want to see. */
export async function signInAt(page: Page, path: string, { email, password }: Credentials): Promise<void> {
  await page.goto(path);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Waits in a show's page until its picture has a size. */
export async function firstPicture(page: Page): Promise<Seen> {
  const found = await page.waitForFunction(() => {
    const video = document.querySelector<HTMLVideoElement>('[data-testid="player"] video.stage-main');
    if (!video || video.videoWidth === 0) return null;
    return { width: video.videoWidth, height: video.videoHeight, ms: performance.now() };
  });
  const seen = await found.jsonValue();
  if (!seen) throw new Error('it waited for a picture'); // waitForFunction resolves with what is true only
  return seen;
}

/** Watches a show's page for so long. @returns the size of the picture by then, and how many frames a second it had */
export async function watch(
  page: Page,
  seconds: number,
): Promise<Pick<Seen, 'width' | 'height'> & { rate: number }> {
  return await page.locator('[data-testid="player"] video.stage-main').evaluate(async (element, duration) => {
    const video = element as HTMLVideoElement; // what the selector says
    const framesBefore = video.getVideoPlaybackQuality().totalVideoFrames;
    const startedAt = performance.now();
    await new Promise((resolve) => setTimeout(resolve, duration * 1_000));
    const frames = video.getVideoPlaybackQuality().totalVideoFrames - framesBefore;
    const rate = frames / ((performance.now() - startedAt) / 1_000);
    return { width: video.videoWidth, height: video.videoHeight, rate };
  }, seconds);
}
