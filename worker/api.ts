import { type Hook, OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Database } from '#db/client.ts';
import type { Plan } from '#domain/people/limits.ts';
import type { Permission, Role } from '#domain/people/roles.ts';
import type { Env } from '#durable-objects/env.ts';
import { invalidInput } from '#durable-objects/realtime/field-problems.ts';
import { ApiError } from './errors.ts';
import type { Reservation } from './middleware/idempotency.ts';

/** Who is calling: a person with a live session, their role and plan as they stand in the record. */
export type User = {
  userId: string;
  sessionId: string;
  role: Role;
  plan: Plan;
  permissions: readonly Permission[];
  /** When the access token that came with this request ends. */
  tokenEndsAt: Date;
};

/** What every handler finds in its context. */
export type ApiEnv = {
  Bindings: Env;
  Variables: {
    requestId: string;
    /** The instant of this request. */
    now: Date;
    db: Database;
    /** null: nobody, or nobody whose token counts. */
    caller: User | null;
    /** The caller, on routes behind `requireUser` or `requirePermission`; nowhere else. */
    user: User;
    /** null: no Idempotency-Key, or nobody to keep it for. */
    reservation: Reservation | null;
  };
};

export type Api = OpenAPIHono<ApiEnv>;
export type ApiContext = Context<ApiEnv>;

/** An empty API whose routes refuse invalid input with VALIDATION_ERROR, each problem with the field it is about. */
export function newApi(): Api {
  return new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
}

// The hook serves routes of every shape; nothing in it depends on their types.
const refuseInvalid: Hook<unknown, ApiEnv, string, undefined> = (result) => {
  if (!result.success) throw new ApiError(invalidInput(result.error, 'body'));
  return undefined;
};
