import * as z from 'zod';
import { SELF_CHOSEN_ROLES } from '#domain/people/roles.ts';
import { id, time } from './primitives.ts';
import { ownProfile } from './users.ts';

/** Letters of any script would let two names look alike; a profile's display name is free. */
export const username = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{1,28})[A-Za-z0-9]$/,
    'must be 3 to 30 letters, digits, dots, dashes or underscores',
  )
  .meta({ example: 'mara' });

export const email = z.email().max(254).meta({ example: 'mara@example.com' });

/** At most 128 bytes, because scrypt's time is paid by us. */
export const password = z
  .string()
  .min(8)
  .refine((value) => new TextEncoder().encode(value).length <= 128, 'must be at most 128 bytes');

export const registerBody = z
  .strictObject({
    username,
    email,
    password,
    role: z.enum(SELF_CHOSEN_ROLES).default('creator'),
  })
  .meta({ id: 'RegisterBody' });

export const loginBody = z
  .strictObject({ email, password: z.string().min(1).max(1_000) })
  .meta({ id: 'LoginBody' });

export const refreshBody = z
  .strictObject({ refreshToken: z.string().min(1).max(2_000) })
  .meta({ id: 'RefreshBody' });

/** `expiresIn`: seconds until the access token's end. */
export const signedIn = z
  .object({ user: ownProfile, accessToken: z.string(), refreshToken: z.string(), expiresIn: z.int() })
  .meta({ id: 'SignedIn' });

export const session = z
  .object({
    id,
    userAgent: z.string().nullable(),
    createdAt: time,
    lastUsedAt: time,
    expiresAt: time,
    current: z.boolean(),
  })
  .meta({ id: 'Session' });
export const sessionList = z.object({ items: z.array(session) });

export type RegisterBody = z.infer<typeof registerBody>;
export type LoginBody = z.infer<typeof loginBody>;
export type SignedIn = z.infer<typeof signedIn>;
export type Session = z.infer<typeof session>;
