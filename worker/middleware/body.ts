import { bodyLimit } from 'hono/body-limit';
import type { ApiContext } from '../api.ts';
import { reject, rejectField } from '../errors.ts';

/** The largest body that is read, in bytes. */
const MAX_BODY_BYTES = 64 * 1024;

/** No body that we understand nests deeper than a GeoJSON polygon; this leaves room. */
const MAX_JSON_DEPTH = 16;

const limitSize = limitTo(MAX_BODY_BYTES);

function limitTo(limitBytes: number) {
  return bodyLimit({
    maxSize: limitBytes,
    onError: () => reject('PAYLOAD_TOO_LARGE', 'The body is too large.', { reason: 'too_large', limitBytes }),
  });
}

/** The body as it came, whole and bounded, for a route that is outside of what {@link readBody} is for. */
export async function readText(c: ApiContext, limitBytes: number): Promise<string> {
  await limitTo(limitBytes)(c, async () => {});
  return c.req.text();
}

/**
 * Reads the body once, whole and bounded; whoever asks for it later gets it from memory.
 * Refuses what is larger than {@link MAX_BODY_BYTES}, sent in one piece or chunked, and JSON that nests too deep.
 */
export async function readBody(c: ApiContext): Promise<void> {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return;
  await limitSize(c, async () => {});
  if (depthOf(await c.req.text()) > MAX_JSON_DEPTH) rejectField('body', 'nests too deep');
}

/** How deep brackets nest outside of strings. Of text that is no JSON it says something, too; the parser will refuse it. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}
