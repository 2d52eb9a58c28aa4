import * as z from 'zod';
import { PLANS } from '#domain/people/limits.ts';
import { ROLES } from '#domain/people/roles.ts';
import { VERIFICATION_STATUSES } from '#domain/people/verification.ts';
import { id, page, text, time } from './primitives.ts';

export const role = z.enum(ROLES).meta({ id: 'Role' });
export const plan = z.enum(PLANS).meta({ id: 'Plan' });
export const verificationStatus = z
  .enum(VERIFICATION_STATUSES)
  .meta({ id: 'VerificationStatus', description: 'null: never asked' });

/** The fields of a profile that its owner may write. */
export const profileChanges = z
  .strictObject({
    displayName: text(60).nullable(),
    bio: text(1_000).nullable(),
    avatarUrl: z
      .url({ protocol: /^https$/ })
      .max(500)
      .nullable(),
    languages: z.array(z.string().regex(/^[a-z]{2,3}(-[A-Z]{2})?$/)).max(10),
  })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .meta({ id: 'ProfileChanges' });

const profile = z.object({
  id,
  username: z.string(),
  displayName: z.string().nullable(),
  bio: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  languages: z.array(z.string()),
  role,
  verificationStatus: verificationStatus.nullable(),
  createdAt: time,
});

export const ownProfile = profile
  .extend({ email: z.string(), plan, permissions: z.array(z.string()) })
  .meta({ id: 'OwnProfile' });

export const ratingSummary = z
  .object({ average: z.number().nullable(), count: z.int() })
  .meta({ id: 'RatingSummary' });

export const publicProfile = profile
  .extend({ rating: ratingSummary, completedOrders: z.int() })
  .meta({ id: 'PublicProfile' });

export const rating = z
  .object({
    id,
    orderId: id,
    raterId: id,
    rateeId: id,
    rating: z.int().min(1).max(5),
    comment: z.string().nullable(),
    createdAt: time,
  })
  .meta({ id: 'Rating' });
export const ratingPage = page(rating);

export const verificationDecision = z
  .strictObject({ status: z.enum(['verified', 'rejected']) })
  .meta({ id: 'VerificationDecision' });

export type OwnProfile = z.infer<typeof ownProfile>;
export type PublicProfile = z.infer<typeof publicProfile>;
