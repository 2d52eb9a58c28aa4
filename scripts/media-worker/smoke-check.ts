import { spawn } from 'node:child_process';

/** What the worker exits with when it finds no MEDIASOUP_VERSION (its main.cpp): so far it needs only to be loadable. */
const EXIT_WITHOUT_VERSION = 41;
const AT_MOST_MS = 10_000;

/**
 * Whether this file is a media worker that runs on this machine: the right processor, and all of its libraries there.
 * @returns what is wrong with it, or null
 */
export function smokeCheck(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const worker = spawn(path, [], { env: {}, stdio: ['ignore', 'ignore', 'pipe'], timeout: AT_MOST_MS });
    let said = '';
    worker.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(0, 500);
    });
    worker.on('error', (error) => resolve(error.message));
    worker.on('close', (code, signal) => {
      if (code === EXIT_WITHOUT_VERSION) resolve(null);
      else resolve(`it ended with ${signal ?? code}${said ? `: ${said.trim()}` : ''}`);
    });
  });
}
