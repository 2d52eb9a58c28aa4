import type { Env } from '#durable-objects/env.ts';

/** Maps and pictures of profiles come from anywhere; everything that runs comes from us. */
const OWN = {
  'default-src': ["'self'"],
  'worker-src': ["'self'", 'blob:'],
  'img-src': ["'self'", 'data:', 'blob:', 'https:'],
  'connect-src': ["'self'", 'https:'],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
};

/**
 * Cards are typed into Stripe's frames, drawn by Stripe's script, and banks ask in its frames too
 * (https://docs.stripe.com/security/guide#content-security-policy).
 */
const STRIPE = {
  'script-src': ["'self'", 'https://js.stripe.com', 'https://*.js.stripe.com'],
  'frame-src': ['https://js.stripe.com', 'https://*.js.stripe.com', 'https://hooks.stripe.com'],
  'connect-src': [...OWN['connect-src'], 'https://api.stripe.com'],
};

/** What the web app's page may load and run: of others' scripts and frames only Stripe's, and only where Stripe itself is used. */
export function pagePolicy(env: Pick<Env, 'STRIPE_API_URL'>): string {
  const sources: Record<string, string[]> = env.STRIPE_API_URL ? OWN : { ...OWN, ...STRIPE };
  return Object.entries(sources)
    .map(([directive, allowed]) => `${directive} ${allowed.join(' ')}`)
    .join('; ');
}
