import * as z from 'zod';
import { role } from '#contract/users.ts';
import { PERMISSIONS, type Permission, permissionsOf, type Role } from '#domain/people/roles.ts';
import { type Secret, signJwt, verifyJwt } from './jwt.ts';

/** How long an access token lives, in seconds: the `expiresIn` of every sign-in. */
export const ACCESS_TOKEN_SECONDS = 600;

/** Who calls, as their token says. Whether the session still lives, and the role of this moment, only the record knows. */
export type Identity = {
  userId: string;
  sessionId: string;
  role: Role;
  permissions: readonly Permission[];
  endsAt: Date;
};

const claims = z.object({
  sub: z.uuid(),
  sid: z.uuid(),
  exp: z.number(),
  role,
  permissions: z.array(z.enum(PERMISSIONS)),
});

/** An access token (JWT, HS256) for one session, valid for `ACCESS_TOKEN_SECONDS` from `now`. */
export function issueAccessToken(
  env: Secret,
  { userId, sessionId, role }: Pick<Identity, 'userId' | 'sessionId' | 'role'>,
  now: Date,
): Promise<string> {
  return signJwt(
    env,
    'taplive-api',
    { sub: userId, sid: sessionId, role, permissions: permissionsOf(role) },
    now,
    new Date(now.getTime() + ACCESS_TOKEN_SECONDS * 1_000),
  );
}

/** Who holds this token, or null when it is not a genuine access token that lives at `now`. */
export async function verifyAccessToken(env: Secret, token: string, now: Date): Promise<Identity | null> {
  const parsed = claims.safeParse(await verifyJwt(env, 'taplive-api', token, now));
  if (!parsed.success) return null;
  const { sub, sid, exp, role, permissions } = parsed.data;
  return { userId: sub, sessionId: sid, role, permissions, endsAt: new Date(exp * 1_000) };
}
