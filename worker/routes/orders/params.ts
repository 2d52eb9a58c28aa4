import * as z from 'zod';
import { id } from '#contract/primitives.ts';

/** The path of everything that belongs to one order. */
export const orderParams = z.object({ orderId: id });
