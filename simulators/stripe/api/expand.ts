import type { State } from '../state.ts';
import { invalidRequest } from './errors.ts';

type Fields = Record<string, unknown>;

/** Fields that hold an id somewhere, or are left out of an object unless asked for. */
const expandable = new Set([
  'balance_transaction',
  'charge',
  'customer',
  'data',
  'destination',
  'destination_payment',
  'destination_payment_refund',
  'failure_balance_transaction',
  'latest_charge',
  'payment_intent',
  'payment_method',
  'refunds',
  'source',
  'source_transaction',
  'source_transfer',
  'transfer',
]);

/** @throws ApiError for a path that leads nowhere on any object: known before anything is done */
export function checkPaths(paths: readonly string[]): void {
  for (const path of paths) {
    const segments = path.split('.');
    if (segments.length > 4)
      throw invalidRequest('You cannot expand more than 4 levels.', { param: 'expand' });
    if (!segments.every((segment) => expandable.has(segment))) throw cannotExpand(path);
  }
}

/**
 * Puts objects in place of ids along each path: `latest_charge.balance_transaction`, `data.customer`.
 * @returns a new answer; what is kept does not change
 * @throws ApiError for a path that does not lead to an id on this object
 */
export function expand(state: State, answer: object, paths: readonly string[]): object {
  let expanded: unknown = answer;
  for (const path of paths) {
    expanded = expandAlong(state, expanded, path.split('.'), path);
  }
  return isFields(expanded) ? expanded : answer;
}

function expandAlong(state: State, value: unknown, segments: readonly string[], path: string): unknown {
  const [segment, ...rest] = segments;
  if (segment === undefined || value === null || value === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => expandAlong(state, item, segments, path));
  if (!isFields(value)) throw cannotExpand(path);
  const included =
    segment === 'refunds' && value.object === 'charge' ? refundsOf(state, value) : value[segment];
  const object = typeof included === 'string' ? lookUp(state, included) : included;
  if (object === undefined || (typeof object !== 'object' && rest.length === 0)) throw cannotExpand(path);
  return { ...value, [segment]: expandAlong(state, object, rest, path) };
}

/** Left out of a charge unless asked for. */
function refundsOf(state: State, charge: Fields): object {
  const data = [...state.refunds.values()].filter((refund) => refund.charge === charge.id).reverse();
  return {
    object: 'list',
    data: data.slice(0, 10),
    has_more: data.length > 10,
    url: `/v1/charges/${String(charge.id)}/refunds`,
  };
}

function lookUp(state: State, id: string): object | undefined {
  return tableOf(state, id.split('_')[0] ?? '')?.get(id);
}

function tableOf(state: State, prefix: string): ReadonlyMap<string, object> | null {
  switch (prefix) {
    case 'acct':
      return state.accounts;
    case 'ch':
    case 'py':
      return state.charges;
    case 'cus':
      return state.customers;
    case 'pi':
      return state.paymentIntents;
    case 'pm':
      return state.paymentMethods;
    case 'po':
      return state.payouts;
    case 're':
    case 'pyr':
      return state.refunds;
    case 'tr':
      return state.transfers;
    case 'trr':
      return state.transferReversals;
    case 'txn':
      return state.balanceTransactions;
    case 'du':
      return state.disputes;
    default:
      return null;
  }
}

function cannotExpand(path: string): Error {
  return invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
