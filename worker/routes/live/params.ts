import * as z from 'zod';
import { id } from '#contract/primitives.ts';

export const showParams = z.object({ showId: id });
