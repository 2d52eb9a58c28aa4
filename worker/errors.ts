import { HTTPException } from 'hono/http-exception';
import type { ErrorCode, FieldProblem, Rejection } from '#domain/errors.ts';
import type { Result } from '#domain/result.ts';
import { isUpstreamFailure } from './upstream-failures.ts';

/** How long clients are asked to wait when something behind us fails; seconds. */
const UPSTREAM_RETRY_AFTER_S = 2;

/** The one error class of the API: a rejection on its way to the client. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly rejection: Rejection;
  /** Seconds after which another try makes sense; null when none does. What is away now may be back soon, whoever found it away. */
  readonly retryAfter: number | null;

  constructor(rejection: Rejection, retryAfter: number | null = null) {
    super(rejection.message);
    this.rejection = rejection;
    this.retryAfter =
      retryAfter ?? (rejection.code === 'UPSTREAM_UNAVAILABLE' ? UPSTREAM_RETRY_AFTER_S : null);
  }
}

/** Ends the request with this refusal. */
export function reject(code: ErrorCode, message: string, details?: Rejection['details']): never {
  throw new ApiError(details ? { code, message, details } : { code, message });
}

/** Ends the request with VALIDATION_ERROR about one field, named as in the request: `location.latitude`. */
export function rejectField(field: string, message: string): never {
  const problems: FieldProblem[] = [{ field, message }];
  reject('VALIDATION_ERROR', 'The request is not valid.', problems);
}

/** The value of a result, or the end of the request with its refusal. */
export function valueOrReject<T>(result: Result<T, Rejection>): T {
  if (!result.ok) throw new ApiError(result.error);
  return result.value;
}

/**
 * Whatever was thrown, as the refusal that the client gets. Only refusals made on purpose keep their words: of
 * everything else the client learns no more than whether another try may help.
 */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  // The framework's own complaints about a body: malformed JSON (400), another content type (415).
  if (thrown instanceof HTTPException && thrown.status < 500) {
    const message =
      thrown.status === 415 ? 'must come as application/json' : 'is not what it should be: malformed JSON';
    return new ApiError({
      code: 'VALIDATION_ERROR',
      message: 'The request is not valid.',
      details: [{ field: 'body', message }],
    });
  }
  if (isUpstreamFailure(thrown)) {
    return new ApiError({
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'Something that this needs cannot be reached. Try again.',
    });
  }
  return new ApiError({ code: 'INTERNAL_ERROR', message: 'Something went wrong on our side.' });
}
