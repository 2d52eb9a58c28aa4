import { type Api, newApi } from '../../api.ts';
import { registerGetConfig } from './get-config.ts';

/** What the system says of itself. */
export function metaRoutes(): Api {
  const api = newApi();
  registerGetConfig(api);
  return api;
}
