import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The installed package: it carries the worker's sources, and its own ways of getting a binary. */
export const PACKAGE_FOLDER = fileURLToPath(new URL('../../node_modules/mediasoup', import.meta.url));

/** Where the package's own install script would have left a binary. */
export const PACKAGE_WORKER = join(PACKAGE_FOLDER, 'worker/out/Release/mediasoup-worker');

/** The version that binary and package must share. */
export function mediasoupVersion(): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8'));
  return String(version);
}
