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

/** wrangler's own word on a request, of which the Worker says more. */
const REQUEST = /^\[wrangler:info\] [A-Z]+ \//;

/**
 * Reads one line of output: structured JSON becomes `what happened  fact=value …`, with stacks and other long facts on
 * lines of their own; anything else stays as it is, without colours. Null when there is nothing to read.
 */
export function readLogLine(raw: string): LogLine | null {
  const plain = stripVTControlCharacters(raw).trimEnd();
  const mark = MARK.exec(plain);
  const text = mark ? plain.slice(mark[0].length) : plain;
  if (!text.trim() || REQUEST.test(text)) return null;
  const json = parseObject(text);
  if (!json) return { level: mark ? (mark[1] === 'ERROR' ? 'error' : 'warn') : 'info', text };
  const { level, event, message, ...others } = json;
  const facts = { ...(event === undefined ? {} : { message }), ...others };
  return { level, text: [event ?? message ?? '', ...Object.entries(facts).flatMap(fact)].join('') };
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
  const lines = linesOf(value);
  if (lines.length > 1) return lines.map((line) => `\n    ${line.trim()}`);
  return [`  ${name}=${typeof value === 'string' && /^\S+$/.test(value) ? value : JSON.stringify(value)}`];
}

function linesOf(value: unknown): string[] {
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value;
  return typeof value === 'string' ? value.split('\n') : [];
}
