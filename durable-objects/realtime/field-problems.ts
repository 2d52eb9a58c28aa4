import type * as z from 'zod';
import type { FieldProblem, Rejection } from '#domain/errors.ts';

/** So many problems are told; one mistake can make hundreds. */
const MOST_PROBLEMS = 20;

/**
 * The refusal of an input that its schema does not take: each problem with the field it is about, dots between levels.
 * What is wrong with the input as a whole is said of `whole`.
 */
export function invalidInput({ issues }: z.ZodError, whole: string): Rejection {
  return {
    code: 'VALIDATION_ERROR',
    message: 'The request is not valid.',
    details: issues
      .flatMap((issue) => problemsIn(issue, []))
      .map(({ field, message }) => ({ field: field === '' ? whole : field, message }))
      .slice(0, MOST_PROBLEMS),
  };
}

/** `above`: the path of what the issue's own path begins in. */
function problemsIn(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): FieldProblem[] {
  const path = [...above, ...issue.path];
  // An unknown key is reported on the object that holds it; the caller wants to know which key.
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: fieldAt([...path, key]), message: 'is not known here' }));
  }
  if (issue.code === 'invalid_union') {
    // What fits none of several shapes was probably meant to be the one that it comes closest to.
    const [closest] = issue.errors
      .map((ofShape) => ofShape.flatMap((inner) => problemsIn(inner, path)))
      .sort((a, b) => a.length - b.length);
    if (closest) return closest;
  }
  return [{ field: fieldAt(path), message: issue.message }];
}

function fieldAt(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}
