import { raw } from 'hono/html';
import { marked } from 'marked';

/** Markdown of our own document as HTML. Never give it anything that a person wrote: it is not escaped. */
export function markdown(text: string) {
  return raw(marked.parse(text, { async: false }));
}
