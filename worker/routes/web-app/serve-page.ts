import type { Api } from '../../api.ts';
import { pagePolicy } from './page-policy.ts';

/**
 * Serves the web app's page at every address that is nobody else's; the app finds its own way from there. What it may load and run
 * depends on how the system is configured, so the page comes through here. Its files do not.
 */
export function registerPage(app: Api): void {
  app.get('*', async (c, next) => {
    if (!c.env.ASSETS || c.req.path.startsWith('/api/')) return next();
    const page = await c.env.ASSETS.fetch(c.req.raw);
    // What is said of every answer of the API gives way to what is said of this one.
    for (const [name, value] of page.headers) c.header(name, value);
    c.header('Content-Security-Policy', pagePolicy(c.env));
    return c.newResponse(page.body, page);
  });
}
