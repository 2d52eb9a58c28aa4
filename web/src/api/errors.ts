import type { Failure } from '#contract/envelope.ts';
import type { ErrorCode, FieldProblem } from '#domain/errors.ts';

/** `UNREACHABLE`: no answer at all, or one that is not ours. */
export type ApiErrorCode = ErrorCode | 'UNREACHABLE';

/** A refusal of the API. `message` is written for people; `requestId` finds it in the logs. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  readonly details: Failure['error']['details'];
  readonly requestId: string | null;

  constructor(
    code: ApiErrorCode,
    message: string,
    facts: { details?: Failure['error']['details']; requestId?: string } = {},
  ) {
    super(message);
    this.code = code;
    this.details = facts.details;
    this.requestId = facts.requestId ?? null;
  }

  /** What is wrong with each field, by its path (`location.latitude`); empty for other refusals. */
  get fieldProblems(): FieldProblem[] {
    return Array.isArray(this.details) ? this.details : [];
  }

  /** Whether the same request may succeed a moment later. */
  get isPassing(): boolean {
    return (
      this.code === 'UNREACHABLE' || this.code === 'UPSTREAM_UNAVAILABLE' || this.code === 'INTERNAL_ERROR'
    );
  }
}

/** Whether something was refused for a reason that the API names in the refusal's details. */
export function hasReason(error: unknown, reason: string): boolean {
  if (!(error instanceof ApiError)) return false;
  const { details } = error;
  return typeof details === 'object' && details !== null && 'reason' in details && details.reason === reason;
}

/** What to tell a person about anything that was thrown. */
export function messageOf(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something went wrong in this page. Please try again.';
  const problems = error.fieldProblems.map(({ field, message }) => `${nameOf(field)} ${message}`);
  return problems.length > 0 ? `Please check: ${problems.join('; ')}.` : error.message;
}

/** The last part of a field's path in words: `baseAmount` as "base amount". */
function nameOf(field: string): string {
  const last = field.split('.').at(-1) ?? field;
  return last.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The problems of a refused form by field path; empty for anything that is not about fields. */
export function problemsByField(error: unknown): Map<string, string> {
  if (!(error instanceof ApiError)) return new Map();
  return new Map(error.fieldProblems.map(({ field, message }) => [field, message]));
}
