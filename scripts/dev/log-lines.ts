import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

export type LogLevel = 'info' | 'warn' | 'error';

/** A line of a part's output, made readable. */
export type LogLine = { readonly level: LogLevel; readonly text: string };

const structured = z.looseObject({
  level: z.enum(['info', 'warn', 'error']),
  event: z.string().optional(),
  message: z.string().optional(),
});

/** How wrangler marks what went to console.error and console.warn. */
const MARK = /^\s*[✘▲]?\s*\[(ERROR|WARNING)\]\s*/;

/**
 * Reads one line of output: structured JSON becomes `what happened  fact=value …`; anything else stays as it is, without
 * colours. Null when there is nothing to read.
 */
export function readLogLine(raw: string): LogLine | null {
  const plain = stripVTControlCharacters(raw).trimEnd();
  const mark = MARK.exec(plain);
  const text = mark ? plain.slice(mark[0].length) : plain;
  if (!text.trim()) return null;
  const json = parseObject(text);
  if (json) {
    const { level, event, message, ...facts } = json;
    const what = event ?? message ?? 'said';
    const rest = event === undefined || message === undefined ? facts : { message, ...facts };
    return { level, text: [what, ...Object.entries(rest).flatMap(fact)].join('  ') };
  }
  return { level: mark ? (mark[1] === 'ERROR' ? 'error' : 'warn') : 'info', text };
}

function parseObject(text: string) {
  if (!text.startsWith('{')) return null;
  try {
    return structured.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** What is null says nothing, so it is left out. */
function fact([name, value]: [string, unknown]): string[] {
  if (value === null || value === undefined) return [];
  return [`${name}=${typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value)}`];
}
