import { type Api, newApi } from '../../api.ts';

/** Everything about orders. */
export function orderRoutes(): Api {
  return newApi();
}
