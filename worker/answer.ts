import type { TypedResponse } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { JSONParsed } from 'hono/utils/types';
import { API_VERSION, type Failure, type Success } from '#contract/envelope.ts';
import { ERROR_STATUS } from '#domain/errors.ts';
import type { ApiContext } from './api.ts';
import type { ApiError } from './errors.ts';

/** A successful answer in its envelope, with status 200 unless told otherwise. */
export function answer<T>(c: ApiContext, data: T): Answer<T, 200>;
export function answer<T, S extends ContentfulStatusCode>(c: ApiContext, data: T, status: S): Answer<T, S>;
export function answer<T>(c: ApiContext, data: T, status: ContentfulStatusCode = 200) {
  const body: Success<T> = { success: true, data, error: null, meta: metaOf(c) };
  return c.json(body, status);
}

type Answer<T, S extends ContentfulStatusCode> = Response & TypedResponse<JSONParsed<Success<T>>, S, 'json'>;

/** A refusal in its envelope, with its code's status. */
export function refusal(c: ApiContext, { rejection, retryAfter }: ApiError): Response {
  const { code, message, details } = rejection;
  const body: Failure = {
    success: false,
    data: null,
    error: details ? { code, message, details } : { code, message },
    meta: metaOf(c),
  };
  if (retryAfter !== null) c.header('Retry-After', String(retryAfter));
  if (code === 'UNAUTHORIZED') c.header('WWW-Authenticate', 'Bearer');
  return c.json(body, ERROR_STATUS[code]);
}

function metaOf(c: ApiContext) {
  return { timestamp: c.get('now').toISOString(), requestId: c.get('requestId'), version: API_VERSION };
}
