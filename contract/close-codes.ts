/**
 * Why a socket was closed by us, in the range that RFC 6455 leaves to applications (4000–4999). The last three digits
 * are those of the HTTP status that says the same.
 */
export const CLOSE_CODES = {
  BAD_REQUEST: 4400,
  UNAUTHORIZED: 4401,
  FORBIDDEN: 4403,
  NOT_FOUND: 4404,
  /** The same place was taken from another socket. */
  REPLACED: 4409,
  /** What the socket was about is over. */
  GONE: 4410,
  TOO_LARGE: 4413,
  RATE_LIMITED: 4429,
  INTERNAL_ERROR: 4500,
  UNAVAILABLE: 4503,
} as const;

export type CloseReason = keyof typeof CLOSE_CODES;

/** The subprotocol that both sides select; the token travels beside it as `bearer.<accessToken>`. */
export const SUBPROTOCOL = 'taplive.v1';
export const BEARER_PREFIX = 'bearer.';
