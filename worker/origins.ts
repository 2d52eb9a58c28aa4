import type { Env } from '#durable-objects/env.ts';

/** Whether a browser app from `origin` (`https://app.example`) may call us: exactly as listed in `CORS_ORIGINS`. */
export function isListedOrigin(env: Pick<Env, 'CORS_ORIGINS'>, origin: string): boolean {
  return env.CORS_ORIGINS.split(',').some((listed) => listed.trim() !== '' && listed.trim() === origin);
}

/**
 * Whether `origin` is where this request was sent to. Hosts are compared, not schemes: behind a proxy that ends TLS
 * we see http where the browser sees https.
 */
export function isOwnOrigin(request: Request, origin: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === new URL(request.url).host;
}
