import type { ApiContext } from '../../api.ts';
import { pagePolicy } from './page-policy.ts';

/** Addresses that are for programs: what is not there is not the app's to find. */
const FOR_PROGRAMS = /^\/(api|webhooks|health)\b/;

/**
 * The web app's page, for every address that is nobody else's; the app finds its own way from there. What it may load and run depends
 * on how the system is configured, so the page comes through here. Its files do not. Null: this is no address of the app's.
 */
export async function servePage(c: ApiContext): Promise<Response | null> {
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (!c.env.ASSETS || !isRead || FOR_PROGRAMS.test(c.req.path)) return null;
  const page = await c.env.ASSETS.fetch(c.req.raw);
  // What is said of every answer of the API gives way to what is said of this one.
  for (const [name, value] of page.headers) c.header(name, value);
  c.header('Content-Security-Policy', pagePolicy(c.env));
  return c.newResponse(page.body, page);
}
