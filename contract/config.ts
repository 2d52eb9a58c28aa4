import * as z from 'zod';
import { mediaBackend } from './live.ts';
import { currency } from './primitives.ts';

/**
 * What a client needs to know before it can start. `mapStyleUrl` null: draw the bundled land outlines. `simulatorUrl`: a simulator
 * stands in for Stripe, so Stripe's own scripts do not work; test cards are given by name (`pm_card_visa`).
 */
export const clientConfig = z
  .object({
    mediaBackend,
    mapStyleUrl: z.string().nullable(),
    stripe: z.object({ publishableKey: z.string(), simulatorUrl: z.string().nullable() }),
    currencies: z
      .array(currency)
      .meta({ description: 'What can be charged; an order is priced in one of these' }),
    demoPeople: z.array(z.object({ username: z.string(), email: z.string(), role: z.string() })).meta({
      description: 'Demo accounts of a development system; always empty in production',
    }),
  })
  .meta({ id: 'ClientConfig' });

export const health = z
  .object({
    status: z.enum(['ok', 'failing']),
    checks: z.record(
      z.string(),
      z.object({ status: z.enum(['ok', 'failing']), latencyMs: z.number().nullable() }),
    ),
  })
  .meta({ id: 'Health' });

export type Health = z.infer<typeof health>;
export type ClientConfig = z.infer<typeof clientConfig>;
