import { z } from 'zod';
import type { FaultInput } from '#db/gateway/faults.ts';

const addedSchema = z.object({ id: z.string() });
const removedSchema = z.object({ left: z.int() });

/** A fault that waits in the gateway for its requests. */
export interface InjectedFault {
  /** Takes it back. @returns how many times it had not been applied yet */
  remove(): Promise<number>;
}

/**
 * Makes something go wrong between the Worker and its database. All tests of a run share one gateway: name a parameter that is
 * the test's own (an order's id) so that no other test meets the fault.
 * @param fetchEndpoint `DATABASE_FETCH_ENDPOINT`
 */
export async function injectFault(fetchEndpoint: string, fault: FaultInput): Promise<InjectedFault> {
  const response = await fetch(new URL('/faults', fetchEndpoint), {
    method: 'POST',
    body: JSON.stringify(fault),
  });
  if (!response.ok) throw new Error(`the gateway refused the fault: ${await response.text()}`);
  const { id } = addedSchema.parse(await response.json());
  return {
    async remove() {
      const removed = await fetch(new URL(`/faults/${id}`, fetchEndpoint), { method: 'DELETE' });
      return removedSchema.parse(await removed.json()).left;
    },
  };
}
