import type { OpenAPIHono } from '@hono/zod-openapi';

export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;
type Operation = NonNullable<NonNullable<OpenApiDocument['paths']>[string]['get']>;

/** What a socket sends and takes: event names to schema references. */
export type SocketDescription = {
  subprotocol: string;
  /** The most that one frame from a client may hold. */
  maxFrameBytes: number;
  sends: Record<string, { $ref: string }>;
  takes: Record<string, { $ref: string }>;
};

const text = (description: string) => ({ description, schema: { type: 'string' as const } });
const whole = (description: string) => ({ description, schema: { type: 'integer' as const } });

const HEADERS = {
  'X-Request-Id': text('Names this request; yours, if you sent a sane one'),
  'RateLimit-Limit': whole('Requests that the window holds'),
  'RateLimit-Remaining': whole('Requests that are left in it'),
  'RateLimit-Reset': whole('Seconds until it ends'),
  'Retry-After': whole('Seconds after which another try makes sense'),
  'Idempotency-Replayed': text('`true`: this is the first answer to this key, again'),
};

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  description: 'One to 255 printable ASCII characters, new for every write that is meant to happen',
  schema: { type: 'string' as const, minLength: 1, maxLength: 255 },
};

const refusal = (codes: string) => ({
  description: codes,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
});

/**
 * Adds to every operation what holds for all of them and so stands in no route: the headers of answers, the
 * Idempotency-Key of writes and its refusals, the size of bodies, and what goes over sockets.
 */
export function completed(
  document: OpenApiDocument,
  socketOf: (operationId: string) => SocketDescription | null,
): OpenApiDocument {
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of ['get', 'post', 'put', 'delete'] as const) {
      const operation = item[method];
      if (!operation) continue;
      const socket = socketOf(operation.operationId ?? '');
      if (socket) {
        operation['x-websocket'] = socket;
        continue;
      }
      const isLimited = path.startsWith('/api/');
      const isKeyed = method !== 'get' && isLimited && !path.startsWith('/api/v1/auth/');
      if (isKeyed) addKey(operation);
      addResponses(operation, isKeyed);
      addHeaders(operation, { isLimited, isKeyed });
    }
  }
  document.components = {
    ...document.components,
    headers: HEADERS,
    parameters: { ...document.components?.parameters, IdempotencyKey: IDEMPOTENCY_KEY },
  };
  return document;
}

function addKey(operation: Operation): void {
  operation.parameters = [
    ...(operation.parameters ?? []),
    { $ref: '#/components/parameters/IdempotencyKey' },
  ];
}

function addResponses(operation: Operation, isKeyed: boolean): void {
  const responses = operation.responses ?? {};
  if (operation.requestBody) responses[413] ??= refusal('`PAYLOAD_TOO_LARGE`: more than 64 KB');
  if (isKeyed) {
    responses[400] ??= refusal('`VALIDATION_ERROR`');
    responses[409] ??= refusal('`CONFLICT`: a write with this Idempotency-Key is still being carried out');
    responses[422] ??= refusal('`IDEMPOTENCY_KEY_REUSED`: it came with another body before');
  }
  operation.responses = responses;
}

function addHeaders(
  operation: Operation,
  { isLimited, isKeyed }: { isLimited: boolean; isKeyed: boolean },
): void {
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    const names: (keyof typeof HEADERS)[] = ['X-Request-Id'];
    if (isLimited) names.push('RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset');
    if (status === '429' || status === '503') names.push('Retry-After');
    if (isKeyed && Number(status) < 500) names.push('Idempotency-Replayed');
    // Responses of routes stand in place; none of ours is a reference.
    if ('$ref' in response) continue;
    response.headers = Object.fromEntries(
      names.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
    );
  }
}
