import { describe, expect, it } from 'vitest';
import { can, PERMISSIONS, permissionsOf, ROLES, SELF_CHOSEN_ROLES } from './roles.ts';

describe('roles', () => {
  it('let creators order, providers apply and share where they are, and admins judge', () => {
    expect(can('creator', 'order:create')).toBe(true);
    expect(can('creator', 'order:apply')).toBe(false);
    expect(can('provider', 'order:create')).toBe(false);
    expect(can('provider', 'location:share')).toBe(true);
    expect(can('admin', 'order:resolve')).toBe(true);
    expect(can('admin', 'payment:administer')).toBe(true);
    expect(can('admin', 'order:apply')).toBe(false);
  });

  it('make `both` exactly a creator and a provider', () => {
    const union = new Set([...permissionsOf('creator'), ...permissionsOf('provider')]);
    expect(new Set(permissionsOf('both'))).toEqual(union);
  });

  it('give what admins may do to nobody else', () => {
    for (const permission of permissionsOf('admin')) {
      for (const role of SELF_CHOSEN_ROLES)
        expect(can(role, permission), `${role} ${permission}`).toBe(false);
    }
    expect(SELF_CHOSEN_ROLES).not.toContain('admin');
  });

  it('name permissions as resource:action, and grant each to somebody', () => {
    for (const permission of PERMISSIONS) {
      expect(permission).toMatch(/^[a-z]+:[a-z-]+$/);
      expect(
        ROLES.some((role) => can(role, permission)),
        permission,
      ).toBe(true);
    }
  });
});
