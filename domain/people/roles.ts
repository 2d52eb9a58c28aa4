/** What a person is on the platform. `both` creates orders and provides streams; `admin` is granted, never chosen. */
export const ROLES = ['creator', 'provider', 'both', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The roles that one may take when registering. */
export const SELF_CHOSEN_ROLES = ['creator', 'provider', 'both'] as const satisfies readonly Role[];

/**
 * What a role may do that others may not, as `resource:action`. What every signed-in person may do with what is
 * theirs (profile, sessions, own geofences, reading pending orders) needs no permission.
 */
export const PERMISSIONS = [
  'order:create',
  'order:apply',
  'order:read-any',
  'order:resolve',
  'location:share',
  'payment:administer',
  'user:verify',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** The one table of who may do what. */
const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  creator: ['order:create'],
  provider: ['order:apply', 'location:share'],
  both: ['order:create', 'order:apply', 'location:share'],
  admin: ['order:read-any', 'order:resolve', 'payment:administer', 'user:verify'],
};

/** All that a role may do, as it stands in an access token's `permissions`. */
export function permissionsOf(role: Role): readonly Permission[] {
  return ROLE_PERMISSIONS[role];
}

/** Whether a role may do this. */
export function can(role: Role, permission: Permission): boolean {
  return permissionsOf(role).includes(permission);
}
