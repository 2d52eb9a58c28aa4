import type * as z from 'zod';
import type { FieldProblem, Rejection } from '#domain/errors.ts';

/** The refusal of an input that its schema does not take: each problem with the field it is about, dots between levels. */
export function invalidInput(error: z.ZodError): Rejection {
  const details = error.issues.map(
    ({ path, message }): FieldProblem => ({ field: path.map(String).join('.'), message }),
  );
  return { code: 'VALIDATION_ERROR', message: 'The request is not valid.', details };
}
