import type { OriginOperationName } from '#contract/origin.ts';
import type { Rejection } from '#domain/errors.ts';
import type { OriginRefused } from './origin-client.ts';

/** What an origin's refusal means to the client. `operation`: of those that need a transport, the transport is what is missing. */
export function refusalOf({ code, message }: OriginRefused, operation: OriginOperationName): Rejection {
  switch (code) {
    case 'VALIDATION_ERROR':
    case 'UNSUPPORTED_MEDIA':
      return {
        code: 'VALIDATION_ERROR',
        message: 'This media cannot be carried.',
        details: [{ field: 'data', message }],
      };
    case 'MEDIA_NOT_FOUND':
      return operation === 'connect' || operation === 'restartIce' || operation === 'publish'
        ? JOIN_AGAIN
        : HAS_ENDED;
    case 'ROOM_NOT_FOUND':
    case 'PARTICIPANT_NOT_FOUND':
    case 'CONFLICT':
      return JOIN_AGAIN;
    case 'LIMIT_REACHED':
      return {
        code: 'CONFLICT',
        message: 'The room holds as much media as it may.',
        details: { reason: 'media_limit' },
      };
    case 'UNAUTHORIZED':
    case 'FORBIDDEN':
    case 'NOT_FOUND':
    case 'PAYLOAD_TOO_LARGE':
    case 'INTERNAL_ERROR':
    case 'DRAINING':
    case 'NO_WORKER':
      return OUT_OF_REACH;
  }
}

export const JOIN_AGAIN: Rejection = {
  code: 'CONFLICT',
  message: 'Your media is not set up any more. Join again.',
  details: { reason: 'join_again' },
};

const HAS_ENDED: Rejection = { code: 'NOT_FOUND', message: 'What you name has just ended.' };

export const OUT_OF_REACH: Rejection = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: 'The media server could not be reached just now. Try again in a moment.',
};

export const NO_ORIGIN: Rejection = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: 'There is no media server for you at the moment. Try again soon.',
};
