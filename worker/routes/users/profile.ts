import type { OwnProfile } from '#contract/users.ts';
import type { UserRecord } from '#db/queries/users.ts';
import { permissionsOf } from '#domain/people/roles.ts';

/** What everyone may see of a person. */
export function profileOf(user: UserRecord) {
  const { id, username, displayName, bio, avatarUrl, languages, role, verificationStatus } = user;
  const createdAt = user.createdAt.toISOString();
  return { id, username, displayName, bio, avatarUrl, languages, role, verificationStatus, createdAt };
}

/** What a person sees of themselves. */
export function ownProfileOf(user: UserRecord): OwnProfile {
  const { email, plan, role } = user;
  return { ...profileOf(user), email, plan, permissions: [...permissionsOf(role)] };
}
