import type * as z from 'zod';
import type { FieldProblem, Rejection } from '#domain/errors.ts';

/** So many problems are told; one mistake can make hundreds. */
const MOST_PROBLEMS = 20;

/** The refusal of an input that its schema does not take: each problem with the field it is about, dots between levels. */
export function invalidInput({ issues }: z.ZodError): Rejection {
  const problems = issues.flatMap((issue): FieldProblem[] => {
    const path = issue.path.map(String);
    // An unknown key is reported on the object that holds it; the caller wants to know which key.
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'is not known here' }));
    }
    return [{ field: path.join('.'), message: issue.message }];
  });
  return {
    code: 'VALIDATION_ERROR',
    message: 'The request is not valid.',
    details: problems.slice(0, MOST_PROBLEMS),
  };
}
