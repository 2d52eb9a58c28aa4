import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atTheLatest } from './at-the-latest.ts';

/** Makes a temporary folder that is gone once `cleanup` or this process has ended, however that happened. */
export async function temporaryFolder(cleanup: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'taplive-chaos-'));
  // A moment for whatever still writes there to die, too.
  cleanup.defer(atTheLatest('sleep 1; rm -rf -- "$0"', [folder]));
  // Postgres runs as a user of its own and has its folder in here.
  await chmod(folder, 0o711);
  return folder;
}
