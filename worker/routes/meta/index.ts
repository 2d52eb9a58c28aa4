import { type Api, newApi } from '../../api.ts';

export function metaRoutes(): Api {
  return newApi();
}
