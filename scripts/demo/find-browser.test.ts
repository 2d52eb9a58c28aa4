import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { browserPlaces, findBrowser } from './find-browser.ts';

describe('a browser to go live in', () => {
  it("is looked for where Debian puts Chromium first, and elsewhere at the system's own places", () => {
    expect(browserPlaces('linux', {})[0]).toBe('/usr/bin/chromium');
    expect(browserPlaces('darwin', { HOME: '/Users/mara' })).toContain(
      '/Users/mara/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    );
    expect(browserPlaces('win32', { PROGRAMFILES: 'C:\\Program Files' })).toEqual([
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
      'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe',
    ]);
  });

  it('is the one that CHROMIUM_PATH names, and no other', () => {
    expect(browserPlaces('linux', { CHROMIUM_PATH: '/opt/chromium' })).toEqual(['/opt/chromium']);
  });

  it('is the first that is there and can be run', async () => {
    const missing = join(import.meta.dirname, 'no-such-browser');
    expect(await findBrowser([missing, import.meta.filename, process.execPath])).toBe(process.execPath);
    expect(await findBrowser([missing])).toBeNull();
  });
});
