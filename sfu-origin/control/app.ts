import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { errors } from 'mediasoup';
import type * as z from 'zod';
import {
  ORIGIN_LIMITS,
  type OriginOperationName,
  originOperations,
  participantId,
} from '#contract/origin.ts';
import { id } from '#contract/primitives.ts';
import type { OriginConfiguration } from '../configuration.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import { OriginError } from '../origin-error.ts';
import { authorize } from './authorization.ts';
import type { Handlers } from './handlers.ts';

const PATH_PARAMETERS: Readonly<Record<string, z.ZodType<string>>> = {
  roomId: id,
  participantId,
  transportId: id,
  producerId: id,
  pipeId: id,
};

type AppOptions = {
  configuration: OriginConfiguration;
  handlers: Handlers;
  metrics: Metrics;
  health: () => { status: 'ok' | 'draining' | 'failing' } & Record<string, unknown>;
  logger: Logger;
};

/** The control API: the contract's operations, and what an operator looks at. */
export function createApp({ configuration, handlers, metrics, health, logger }: AppOptions): Hono {
  const app = new Hono();

  app.get('/health', (c) => {
    const body = health();
    return c.json(body, body.status === 'failing' ? 503 : 200);
  });
  app.get('/metrics', async (c) => {
    const text = await metrics.text();
    return c.body(text, 200, { 'content-type': metrics.contentType });
  });

  app.use(
    bodyLimit({
      maxSize: ORIGIN_LIMITS.bodyBytes,
      onError: () => {
        throw new OriginError('PAYLOAD_TOO_LARGE', `a body may have ${ORIGIN_LIMITS.bodyBytes} bytes`);
      },
    }),
  );
  // Object.keys loses the key type; the table is closed.
  for (const name of Object.keys(originOperations) as OriginOperationName[]) {
    const { method, path, body: schema } = originOperations[name];
    app.on(method, path, async (c) => {
      const stop = metrics.command(name);
      try {
        const raw = new Uint8Array(await c.req.arrayBuffer());
        const parameters = c.req.param();
        await authorize(
          configuration,
          {
            authorization: c.req.header('authorization'),
            operation: name,
            path: c.req.path,
            roomId: parameters.roomId,
            participantId: parameters.participantId,
            body: raw,
          },
          new Date(),
        );
        for (const [field, value] of Object.entries(parameters)) check(PATH_PARAMETERS[field], value, field);
        // Each handler takes what its own schema gives, which the compiler cannot follow through the table.
        const handle = handlers[name] as (path: object, body: unknown) => unknown;
        const answer = await handle(parameters, schema ? check<unknown>(schema, json(raw), null) : undefined);
        stop(200);
        return c.json(answer as object);
      } catch (thrown) {
        const error = asOriginError(thrown);
        if (error.code === 'INTERNAL_ERROR') logger.error('command_failed', { operation: name }, thrown);
        stop(error.status);
        throw error;
      }
    });
  }

  app.notFound((c) => c.json(new OriginError('NOT_FOUND', 'there is no such path').body, 404));
  app.onError((thrown, c) => {
    const error = asOriginError(thrown);
    // The rest of a body that is too long is not read: nobody may send anything more on this connection.
    if (error.code === 'PAYLOAD_TOO_LARGE') c.header('connection', 'close');
    return c.json(error.body, error.status);
  });
  return app;
}

function asOriginError(thrown: unknown): OriginError {
  if (thrown instanceof OriginError) return thrown;
  // The worker died under it: what it was about is gone, and the next attempt meets another worker.
  if (thrown instanceof errors.WorkerClosedError) {
    return new OriginError('NO_WORKER', 'the media worker has just died: try again');
  }
  return new OriginError('INTERNAL_ERROR', 'something went wrong here');
}

function json(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new OriginError('VALIDATION_ERROR', 'the body is not JSON', [
      { field: 'body', message: 'must be JSON' },
    ]);
  }
}

/** @throws OriginError VALIDATION_ERROR naming each field */
function check<T>(schema: z.ZodType<T> | undefined, value: unknown, field: string | null): T {
  if (!schema) throw new Error(`no schema for ${field}`);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map(({ path, message }) => ({
    field: field ?? (path.join('.') || 'body'),
    message,
  }));
  throw new OriginError('VALIDATION_ERROR', 'the command is not as agreed', details);
}
