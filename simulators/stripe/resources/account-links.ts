import type { Params } from '../api/params.ts';
import { type Route, route } from '../api/routing.ts';
import type { AccountLink } from '../state.ts';
import type { World } from '../world.ts';
import { findAccount } from './accounts.ts';

/** A link is for now, and for once. */
const LINK_LASTS = 5 * 60;

function readCreate(params: Params) {
  params.oneOf('type', ['account_onboarding', 'account_update']);
  params.hash('collection_options')?.oneOf('fields', ['currently_due', 'eventually_due']);
  return {
    account: params.required('account'),
    refreshUrl: params.required('refresh_url'),
    returnUrl: params.required('return_url'),
  };
}

function create(world: World, input: ReturnType<typeof readCreate>): object {
  const { id: account } = findAccount(world, input.account, 'account');
  const link: AccountLink = {
    id: world.secret(24),
    account,
    expiresAt: world.now() + LINK_LASTS,
    refreshUrl: input.refreshUrl,
    returnUrl: input.returnUrl,
    used: false,
  };
  world.state.accountLinks.set(link.id, link);
  return {
    object: 'account_link',
    created: world.now(),
    expires_at: link.expiresAt,
    url: `${world.settings.publicUrl}/onboarding/${link.id}`,
  };
}

export const accountLinkRoutes: Route[] = [route('POST', '/v1/account_links', readCreate, create)];
