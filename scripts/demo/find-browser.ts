import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Where a browser that can go live may be, the likeliest first: the one that `CHROMIUM_PATH` names and no other, or
 * where Chromium and Chrome are put on each system.
 */
export function browserPlaces(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string[] {
  if (env.CHROMIUM_PATH) return [env.CHROMIUM_PATH];
  switch (platform) {
    case 'darwin':
      return ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((name) => {
        const program = join('Applications', `${name}.app`, 'Contents', 'MacOS', name);
        return ['/', env.HOME ?? '/'].map((root) => join(root, program));
      });
    case 'win32':
      return [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].flatMap((root) =>
        root
          ? [
              `${root}\\Google\\Chrome\\Application\\chrome.exe`,
              `${root}\\Microsoft\\Edge\\Application\\msedge.exe`,
            ]
          : [],
      );
    default:
      return [
        '/usr/bin/chromium',
        '/usr/bin/chromium-browser',
        '/usr/bin/google-chrome-stable',
        '/usr/bin/google-chrome',
        '/opt/google/chrome/chrome',
        '/snap/bin/chromium',
        '/usr/bin/microsoft-edge',
      ];
  }
}

/** The first of the places where there is a program; null when there is none. */
export async function findBrowser(places: readonly string[]): Promise<string | null> {
  for (const place of places) {
    const isThere = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  return null;
}
