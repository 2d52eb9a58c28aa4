import type { RouteConfig } from '@hono/zod-openapi';
import type * as z from 'zod';
import { failure, success } from '#contract/envelope.ts';
import { ERROR_STATUS, type ErrorCode } from '#domain/errors.ts';

/** For a route's `security`: only someone signed in may call it. */
export const signedIn: RouteConfig['security'] = [{ bearer: [] }];

/** For a route's `security`: anyone may call it. */
export const anyone: RouteConfig['security'] = [];

/** A route's successful response: this schema in the envelope. */
export function answers<T extends z.ZodType>(data: T, description: string) {
  return { description, content: { 'application/json': { schema: success(data) } } };
}

/** A route's JSON body. */
export function body<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } };
}

/** A route's JSON body that may be left out; then it is `{}`. */
export function optionalBody<T extends z.ZodType>(schema: T) {
  return { required: false, content: { 'application/json': { schema } } };
}

/** Every route of the API may refuse with these. */
const ALWAYS = ['RATE_LIMITED', 'INTERNAL_ERROR', 'UPSTREAM_UNAVAILABLE'] as const;

type FailureResponse = { description: string; content: { 'application/json': { schema: typeof failure } } };
type StatusOf<C extends ErrorCode> = (typeof ERROR_STATUS)[C];

/** A route's refusals, by code; those that every route has come by themselves. */
export function failures<C extends ErrorCode>(
  ...codes: C[]
): { [S in StatusOf<C | (typeof ALWAYS)[number]>]: FailureResponse } {
  const byStatus: Record<number, FailureResponse> = {};
  for (const code of [...codes, ...ALWAYS]) {
    const status = ERROR_STATUS[code];
    const known = byStatus[status];
    byStatus[status] = {
      description: known ? `${known.description} or \`${code}\`` : `\`${code}\``,
      content: { 'application/json': { schema: failure } },
    };
  }
  // Filled above with exactly these statuses.
  return byStatus as { [S in StatusOf<C | (typeof ALWAYS)[number]>]: FailureResponse };
}

/** The responses of a route that becomes a WebSocket. */
export const socketResponses = {
  101: {
    description:
      'The socket is open. A refused one opens, too, and is closed at once: 4401 not signed in, 4403 not allowed, ' +
      '4404 no such thing, 4429 too many requests, 4503 not now',
  },
};
