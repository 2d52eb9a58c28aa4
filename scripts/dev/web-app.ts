import type { Stats } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Children } from './children.ts';
import { ROOT } from './local-state.ts';

const DIST = join(ROOT, 'web/dist');

/** Beside what it tells of, whatever folder a system keeps its state in. */
const MARKER = join(ROOT, '.taplive/web-built');

/** What the web app is made of, and what lies between but is not. */
const SOURCES = ['web', 'contract', 'domain', 'package-lock.json'];
const NOT_SOURCES = new Set(['dist', 'node_modules']);

const VITE = 'node_modules/vite/bin/vite.js';

/**
 * Builds the web app, unless nothing changed since the last time.
 * @returns why it could not be built, or null
 */
export async function buildWebApp(children: Children): Promise<string | null> {
  // The Worker's server wants the folder to be there, whatever is in it.
  await mkdir(DIST, { recursive: true });
  const newest = await newestChange();
  if (await isBuiltFrom(newest)) return null;
  await rm(MARKER, { force: true });
  const build = children.start('web build', { args: [VITE, 'build', 'web'], essential: false });
  const outcome = await build.exited;
  if (outcome !== 0)
    return `${firstError(build.tail()) ?? `exit ${outcome}`} (all in ${relative(ROOT, build.logFile)})`;
  await mkdir(dirname(MARKER), { recursive: true });
  await writeFile(MARKER, newest);
  return null;
}

function firstError(lines: string[]): string | undefined {
  return lines
    .map((line) => stripVTControlCharacters(line).trim())
    .find((line) => /error|could not/i.test(line));
}

/** Rebuilds the web app whenever its sources change. */
export function watchWebApp(children: Children): void {
  children.start('web watch', { args: [VITE, 'build', 'web', '--watch'], essential: false });
}

/** The marker is written after a build: one that was cut short left a folder that only looks finished. */
async function isBuiltFrom(newest: string): Promise<boolean> {
  const [built, page] = await Promise.all([
    readFile(MARKER, 'utf8').catch(() => null),
    stat(join(DIST, 'index.html')).catch(() => null),
  ]);
  return built === newest && page !== null;
}

/** The latest time at which a source or a folder of sources changed (a folder changes when something in it goes). */
async function newestChange(): Promise<string> {
  const times = await Promise.all(SOURCES.map((path) => changedAt(join(ROOT, path))));
  return String(Math.max(...times));
}

async function changedAt(path: string): Promise<number> {
  const own: Stats = await stat(path);
  if (!own.isDirectory()) return own.mtimeMs;
  const entries = (await readdir(path)).filter((entry) => !NOT_SOURCES.has(entry));
  // web/ itself changes when dist is made in it.
  const from = path === join(ROOT, 'web') ? 0 : own.mtimeMs;
  return Math.max(from, ...(await Promise.all(entries.map((entry) => changedAt(join(path, entry))))));
}
