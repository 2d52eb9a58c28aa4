import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';
import type { ApiEnv } from '../api.ts';

const headers = secureHeaders({
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  // What may read an answer across origins is said by CORS.
  crossOriginResourcePolicy: 'cross-origin',
  strictTransportSecurity: false,
});

/** Answers of the API are data: a browser that is made to show one as a page may load nothing from it. */
const DATA_ONLY = "default-src 'none'; frame-ancestors 'none'";

/** Two years, as the preload list asks (hstspreload.org). */
const HSTS = 'max-age=63072000; includeSubDomains';

/** The headers that keep a browser from doing more with an answer than it should. */
export const securityHeaders = createMiddleware<ApiEnv>(async (c, next) => {
  // Set first, so that a route which is a page can say otherwise.
  c.header('Content-Security-Policy', DATA_ONLY);
  // Answers are somebody's, or of their moment.
  c.header('Cache-Control', 'no-store');
  if (c.env.ENVIRONMENT === 'production') c.header('Strict-Transport-Security', HSTS);
  await headers(c, next);
});
