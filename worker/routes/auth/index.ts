import { type Api, newApi } from '../../api.ts';
import { registerEndSession } from './end-session.ts';
import { registerListSessions } from './list-sessions.ts';
import { registerLogin } from './login.ts';
import { registerLogout } from './logout.ts';
import { registerRefresh } from './refresh.ts';
import { registerRegister } from './register.ts';

/** Accounts, sessions and tokens. */
export function authRoutes(): Api {
  const api = newApi();
  registerRegister(api);
  registerLogin(api);
  registerRefresh(api);
  registerLogout(api);
  registerListSessions(api);
  registerEndSession(api);
  return api;
}
