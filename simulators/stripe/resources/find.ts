import { noSuch } from '../api/errors.ts';
import type { World } from '../world.ts';

interface Place {
  /** Which parameter named the object; `id` for one in the path. */
  param?: string;
  /** Whose it must be; the platform's unless said. */
  account?: string;
}

/**
 * The object with this id.
 * @param object what Stripe's messages call it: `payment_intent`
 * @throws ApiError `resource_missing` when there is none, or it is another account's
 */
export function find<T extends { readonly id: string }>(
  world: World,
  table: ReadonlyMap<string, T>,
  object: string,
  id: string,
  { param, account = world.state.platform }: Place = {},
): T {
  const found = table.get(id);
  if (found && world.ownerOf(id) === account) return found;
  throw noSuch(object, id, param);
}
