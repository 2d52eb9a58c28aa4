import type { ShowCommand } from '#domain/live/show-commands.ts';
import type { ShowView } from '#domain/live/show-view.ts';
import type { ShowGiver } from '#durable-objects/live-room/live-room.ts';
import { liveRoom } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import type { ApiContext } from '../../api.ts';
import { valueOrReject } from '../../errors.ts';
import { failures } from '../../openapi.ts';

/** How a show's room may refuse a command. */
export const showCommandFailures = failures(
  'VALIDATION_ERROR',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'INVALID_TRANSITION',
  'IDEMPOTENCY_KEY_REUSED',
);

/** Who gives a command in this request. */
export function giverOf(c: ApiContext): ShowGiver {
  const { userId, role } = c.get('user');
  return { userId, isAdmin: role === 'admin' };
}

/** Gives a command to the show's room in the caller's name, and answers with the show after it. A refusal ends the request. */
export async function giveShowCommand(
  c: ApiContext,
  showId: string,
  command: ShowCommand,
): Promise<ShowView> {
  return valueOrReject(await within(liveRoom(c.env, showId).command(command, giverOf(c))));
}
