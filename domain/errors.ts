/** The closed set of error codes that a client can meet, each with its one HTTP status. */
export const ERROR_STATUS = {
  VALIDATION_ERROR: 400,
  UNAUTHORIZED: 401,
  PAYMENT_FAILED: 402,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  INVALID_TRANSITION: 409,
  PAYLOAD_TOO_LARGE: 413,
  IDEMPOTENCY_KEY_REUSED: 422,
  RATE_LIMITED: 429,
  INTERNAL_ERROR: 500,
  UPSTREAM_UNAVAILABLE: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** Names a field of the input (`location.latitude`) and says what is wrong with it. */
export type FieldProblem = { field: string; message: string };

/**
 * Why something was refused. Plain data, so that it survives the wire between objects.
 * `details` is a list of field problems for VALIDATION_ERROR, and may carry `reason` (a stable word for programs) otherwise.
 */
export type Rejection = {
  code: ErrorCode;
  message: string;
  details?: FieldProblem[] | { reason: string; [fact: string]: string | number | boolean | null };
};
