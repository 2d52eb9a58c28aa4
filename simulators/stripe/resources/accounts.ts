import { invalidRequest } from '../api/errors.ts';
import type { Params } from '../api/params.ts';
import { type Call, type ListQuery, page, type Route, readListQuery, route } from '../api/routing.ts';
import type { Account } from '../state.ts';
import type { World } from '../world.ts';
import { blankAccount, blankProfile, firstRequirements, requirements, settings } from './account-shape.ts';
import { find } from './find.ts';
import { given } from './given.ts';

type Capability = 'card_payments' | 'transfers';
const capabilities = ['card_payments', 'transfers'] as const;

function readAccount(params: Params) {
  const profile = params.hash('business_profile');
  const schedule = params.hash('settings')?.hash('payouts')?.hash('schedule');
  const requested = params.hash('capabilities');
  return {
    capabilities: capabilities.filter((name) => requested?.hash(name)?.boolean('requested')),
    businessType: params.oneOf('business_type', ['company', 'individual', 'non_profit']),
    email: params.optional('email'),
    metadata: params.metadata(),
    payoutInterval: schedule?.oneOf('interval', ['daily', 'manual']),
    profile: {
      mcc: profile?.optional('mcc'),
      name: profile?.optional('name'),
      url: profile?.optional('url'),
    },
    product: profile?.optional('product_description'),
  };
}

function readCreate(params: Params) {
  const controller = params.hash('controller');
  return {
    ...readAccount(params),
    country: params.optional('country'),
    type: params.oneOf('type', ['custom', 'express', 'standard']),
    dashboard: controller?.hash('stripe_dashboard')?.oneOf('type', ['express', 'full', 'none']),
    losses: controller?.hash('losses')?.oneOf('payments', ['application', 'stripe']),
    fees: controller?.hash('fees')?.oneOf('payer', ['account', 'application']),
    collection: controller?.oneOf('requirement_collection', ['application', 'stripe']),
  };
}

function create(world: World, input: ReturnType<typeof readCreate>): Account {
  const type = input.type ?? (input.dashboard === 'none' ? 'custom' : 'express');
  const id = world.id('acct');
  return world.add<Account>(world.state.accounts, {
    ...blankAccount(world, id, input.country ?? world.settings.country),
    business_profile: {
      ...blankProfile,
      ...given(input.profile),
      product_description: input.product ?? null,
    },
    business_type: input.businessType ?? null,
    capabilities: Object.fromEntries(input.capabilities.map((name) => [name, 'inactive'])),
    controller: {
      fees: { payer: input.fees ?? 'application_express' },
      is_controller: true,
      losses: { payments: input.losses ?? 'application' },
      requirement_collection: input.collection ?? (type === 'custom' ? 'application' : 'stripe'),
      stripe_dashboard: { type: input.dashboard ?? (type === 'custom' ? 'none' : 'express') },
      type: 'application',
    },
    email: input.email ?? null,
    metadata: input.metadata({}),
    requirements: requirements(firstRequirements),
    settings: settings(input.payoutInterval ?? 'daily'),
    type,
  });
}

/** Its owner gave what was asked for: everything it asked for is allowed. */
export function finishOnboarding(world: World, account: Account): Account {
  return changeStanding(world, account, {
    capabilities: everyCapability(account, 'active'),
    charges_enabled: account.capabilities?.card_payments !== undefined,
    details_submitted: true,
    payouts_enabled: true,
    requirements: requirements([]),
  });
}

/**
 * Stripe wants more of the owner.
 * @param disables whether the account may do nothing until then, or only from some later day
 */
export function requireMore(
  world: World,
  account: Account,
  due: readonly string[],
  disables: boolean,
): Account {
  return changeStanding(world, account, {
    ...(disables
      ? {
          capabilities: everyCapability(account, 'inactive'),
          charges_enabled: false,
          payouts_enabled: false,
        }
      : {}),
    requirements: requirements(due, disables),
  });
}

function everyCapability(account: Account, status: 'active' | 'inactive'): Record<string, string> {
  return Object.fromEntries(Object.keys(account.capabilities ?? {}).map((name) => [name, status]));
}

function changeStanding(world: World, account: Account, changes: Partial<Account>): Account {
  const changed = world.change(world.state.accounts, account, changes);
  world.emit('account.updated', changed, account);
  return changed;
}

function update(world: World, input: ReturnType<typeof readAccount>, call: Call): Account {
  const account = findAccount(world, call.id(0), 'id');
  const added = input.capabilities.filter((name: Capability) => !account.capabilities?.[name]);
  const status = account.details_submitted ? 'active' : 'inactive';
  return changeStanding(world, account, {
    business_profile: {
      ...(account.business_profile ?? blankProfile),
      ...given(input.profile),
      ...given({ product_description: input.product }),
    },
    business_type: input.businessType ?? account.business_type ?? null,
    capabilities: { ...account.capabilities, ...Object.fromEntries(added.map((name) => [name, status])) },
    email: input.email ?? account.email,
    metadata: input.metadata(account.metadata ?? {}),
    settings: input.payoutInterval ? settings(input.payoutInterval) : (account.settings ?? null),
  });
}

/** A connected account. @throws ApiError `resource_missing` */
export function findAccount(world: World, id: string, param: string): Account {
  return find(world, world.state.accounts, 'account', id, { param });
}

function remove(world: World, _input: null, call: Call): object {
  const { id } = findAccount(world, call.id(0), 'id');
  const used = [...world.state.balanceTransactions.keys()].some((key) => world.ownerOf(key) === id);
  if (used) throw invalidRequest(`The account ${id} has a history and cannot be deleted.`);
  world.state.accounts.delete(id);
  return { id, object: 'account', deleted: true };
}

function list(world: World, query: ListQuery, call: Call) {
  return page(world, call, 'account', world.state.accounts, query, ({ id }) => id !== world.state.platform);
}

export const accountRoutes: Route[] = [
  route('POST', '/v1/accounts', readCreate, create),
  route('GET', '/v1/accounts', readListQuery, list),
  route(
    'GET',
    '/v1/accounts/{}',
    () => null,
    (world, _input, call) => findAccount(world, call.id(0), 'id'),
    { onConnected: true },
  ),
  route('POST', '/v1/accounts/{}', readAccount, update),
  route('DELETE', '/v1/accounts/{}', () => null, remove),
  route(
    'GET',
    '/v1/account',
    () => null,
    (world, _input, call) => findAccount(world, call.account, 'id'),
    { onConnected: true },
  ),
];
