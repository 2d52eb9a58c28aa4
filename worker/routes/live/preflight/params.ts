import * as z from 'zod';
import { id } from '#contract/primitives.ts';
import { failures } from '../../../openapi.ts';

export const preflightParams = z.object({ preflightId: id });

/** How a probe that has begun may be refused. */
export const preflightFailures = failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'NOT_FOUND', 'CONFLICT');
