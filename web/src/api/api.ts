import { createApiClient } from './client.ts';
import { browserTokenStore } from './tokens.ts';

/** The tokens of this browser. */
export const tokenStore = browserTokenStore(window.localStorage);

/** The API of the origin that served this page. */
export const api = createApiClient({
  store: tokenStore,
  fetch: (...request) => window.fetch(...request),
  now: Date.now,
  newKey: () => crypto.randomUUID(),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
});
