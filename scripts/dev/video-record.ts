import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { MediaProgress } from './media.ts';

const progressSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('off') }),
  z.object({ kind: z.literal('preparing'), doing: z.string() }),
  z.object({ kind: z.literal('running') }),
  z.object({ kind: z.literal('unavailable'), why: z.string() }),
]) satisfies z.ZodType<MediaProgress>;

/** Writes down how far the video of the system is that has the checkout, for scripts beside it. */
export function recordVideo(folder: string, progress: MediaProgress): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(videoFile(folder), JSON.stringify(progress));
}

/** What was written down last; null when there is nothing, or it is just being written. */
export function readVideo(folder: string): MediaProgress | null {
  try {
    return progressSchema.parse(JSON.parse(readFileSync(videoFile(folder), 'utf8')));
  } catch {
    return null;
  }
}

function videoFile(folder: string): string {
  return join(folder, 'video.json');
}
