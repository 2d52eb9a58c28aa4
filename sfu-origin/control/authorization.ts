import type { OriginOperationName } from '#contract/origin.ts';
import type { OriginConfiguration } from '../configuration.ts';
import { OriginError } from '../origin-error.ts';
import { digestOf, verifyCommand } from '../signatures.ts';

const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/;
const LONGEST_HEADER = 4_096;

type Command = {
  readonly authorization: string | undefined;
  readonly operation: OriginOperationName;
  readonly path: string;
  readonly roomId: string | undefined;
  readonly participantId: string | undefined;
  readonly body: Uint8Array;
};

/**
 * Lets a command through when its token was signed by the edge, for this origin, this operation, this room, this participant,
 * this very path and this very body, and lives.
 * @throws OriginError UNAUTHORIZED without a genuine token, FORBIDDEN when it was made for something else
 */
export async function authorize(
  configuration: OriginConfiguration,
  { authorization, operation, path, roomId, participantId, body }: Command,
  now: Date,
): Promise<void> {
  const token = authorization && authorization.length <= LONGEST_HEADER && BEARER.exec(authorization)?.[1];
  const claims = token ? await verifyCommand(configuration, token, now) : null;
  if (!claims)
    throw new OriginError('UNAUTHORIZED', 'a token that the edge has signed for this origin is needed');
  const isForThis =
    claims.operation === operation &&
    claims.path === path &&
    claims.sub === (roomId ?? 'origin') &&
    claims.participant === participantId &&
    claims.digest === digestOf(body);
  if (!isForThis) throw new OriginError('FORBIDDEN', 'the token was made for another message');
}
