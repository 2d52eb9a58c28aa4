import { type Api, newApi } from '../../api.ts';

export function authRoutes(): Api {
  return newApi();
}
