import { v7 as uuidv7 } from 'uuid';
import type { SignedIn } from '#contract/auth.ts';
import type { SessionStart } from '#db/queries/sessions.ts';
import type { UserRecord } from '#db/queries/users.ts';
import { ACCESS_TOKEN_SECONDS, issueAccessToken } from '#durable-objects/access-token.ts';
import { issueRefreshToken, SESSION_SECONDS } from '#durable-objects/refresh-token.ts';
import type { ApiContext } from '../../api.ts';
import { ownProfileOf } from '../users/profile.ts';

const USER_AGENT_LENGTH = 200;

/** A session for this device, ready for `createSession`, and the refresh token that goes to its holder. */
export async function newSession(
  c: ApiContext,
  userId: string,
): Promise<{ start: SessionStart; refreshToken: string }> {
  const createdAt = c.get('now');
  const sessionId = uuidv7();
  const expiresAt = new Date(createdAt.getTime() + SESSION_SECONDS * 1_000);
  const refresh = await issueRefreshToken(c.env, { userId, sessionId, endsAt: expiresAt }, createdAt);
  return {
    start: { sessionId, userId, refreshHash: refresh.hash, userAgent: userAgentOf(c), createdAt, expiresAt },
    refreshToken: refresh.token,
  };
}

/** What somebody gets who has just signed in, or refreshed. */
export async function signedInAs(
  c: ApiContext,
  user: UserRecord,
  { sessionId, refreshToken }: { sessionId: string; refreshToken: string },
): Promise<SignedIn> {
  const identity = { userId: user.id, sessionId, role: user.role };
  return {
    user: ownProfileOf(user),
    accessToken: await issueAccessToken(c.env, identity, c.get('now')),
    refreshToken,
    expiresIn: ACCESS_TOKEN_SECONDS,
  };
}

/** Shown to the user in the list of their devices. Only printable ASCII is kept of it: it is whatever the client says. */
function userAgentOf(c: ApiContext): string | null {
  const given = c.req.header('User-Agent')?.replaceAll(/[^\x20-\x7e]/g, '');
  return given?.slice(0, USER_AGENT_LENGTH) || null;
}
