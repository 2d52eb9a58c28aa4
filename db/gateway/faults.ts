import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Work } from './backend.ts';

/**
 * What may go wrong between a Worker and its database, for tests:
 * - `drop-before-commit`: the connection is cut and nothing has happened
 * - `commit-then-cut`: everything has happened and the connection is cut before the answer
 * - `delay`: the request waits `delayMs` before it is executed
 */
export const faultSchema = z.object({
  kind: z.enum(['drop-before-commit', 'commit-then-cut', 'delay']),
  /** Only requests with a statement whose text contains this. */
  match: z.string().optional(),
  /** Only requests with a parameter equal to this: an order's id, say, so that tests do not meet each other's faults. */
  param: z.string().optional(),
  times: z.int().positive(),
  delayMs: z.int().nonnegative().default(0),
});

export type Fault = z.infer<typeof faultSchema>;
export type FaultInput = z.input<typeof faultSchema>;

/** The faults waiting for their requests. */
export interface FaultQueue {
  /** @returns the id by which to remove it */
  add(fault: Fault): string;
  /** @returns how many times it was still to be applied, 0 when it is used up or unknown */
  remove(id: string): number;
  clear(): void;
  /** The first fault that matches, used up by one; null when the request is to be left alone. */
  take(work: Work): Fault | null;
}

/** An empty queue. */
export function createFaultQueue(): FaultQueue {
  const waiting = new Map<string, { readonly fault: Fault; left: number }>();
  return {
    add(fault) {
      const id = randomUUID();
      waiting.set(id, { fault, left: fault.times });
      return id;
    },
    remove(id) {
      const left = waiting.get(id)?.left ?? 0;
      waiting.delete(id);
      return left;
    },
    clear: () => waiting.clear(),
    take(work) {
      for (const [id, entry] of waiting) {
        if (!applies(entry.fault, work)) continue;
        entry.left -= 1;
        if (entry.left === 0) waiting.delete(id);
        return entry.fault;
      }
      return null;
    },
  };
}

function applies({ match, param }: Fault, { statements }: Work): boolean {
  return (
    (match === undefined || statements.some(({ text }) => text.includes(match))) &&
    (param === undefined || statements.some(({ params }) => params.includes(param)))
  );
}
