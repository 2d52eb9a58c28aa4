import * as z from 'zod';
import { ERROR_STATUS, type ErrorCode } from '#domain/errors.ts';

export const API_VERSION = '1';

// Object.keys loses the key type; the table is closed, so its keys are the codes.
const codes = Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]];
const errorCode = z.enum(codes).meta({ id: 'ErrorCode' });

export const meta = z
  .object({ timestamp: z.iso.datetime(), requestId: z.string(), version: z.string() })
  .meta({ id: 'Meta' });

export const fieldProblem = z.object({ field: z.string(), message: z.string() }).meta({ id: 'FieldProblem' });

export const errorBody = z
  .object({
    code: errorCode,
    message: z.string(),
    details: z
      .union([
        z.array(fieldProblem),
        z.object({ reason: z.string() }).catchall(z.union([z.string(), z.number(), z.boolean(), z.null()])),
      ])
      .optional(),
  })
  .meta({ id: 'Error' });

/** The body of every successful answer. */
export const success = <T extends z.ZodType>(data: T) =>
  z.object({ success: z.literal(true), data, error: z.null(), meta });

/** The body of every refusal. */
export const failure = z
  .object({ success: z.literal(false), data: z.null(), error: errorBody, meta })
  .meta({ id: 'Failure' });

export type Failure = z.infer<typeof failure>;
export type Success<T> = { success: true; data: T; error: null; meta: z.infer<typeof meta> };
export type Envelope<T> = Success<T> | Failure;
