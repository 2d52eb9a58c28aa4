import type { World } from '../world.ts';
import { invalidRequest, noSuch } from './errors.ts';
import type { Params, TimeRange } from './params.ts';

/** What a request says besides its parameters. */
export interface Call {
  method: string;
  /** Without the query. */
  path: string;
  /** Whose data: the platform's account, or the one named by `Stripe-Account`. */
  account: string;
  /** The id at this place in the path. */
  id(index: number): string;
}

/**
 * One route. `read` takes what it knows from the parameters and refuses what is malformed: nothing of that is
 * remembered under an idempotency key. `act` is the execution.
 */
export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  /** Each id in the path is written `{}`. */
  segments: string[];
  /** Whether it also answers with `Stripe-Account`. */
  onConnected: boolean;
  prepare(params: Params): (world: World, call: Call) => object;
}

export function route<Input>(
  method: Route['method'],
  pattern: string,
  read: (params: Params) => Input,
  act: (world: World, input: Input, call: Call) => object,
  { onConnected = false } = {},
): Route {
  return {
    method,
    segments: pattern.split('/'),
    onConnected,
    prepare(params) {
      const input = read(params);
      return (world, call) => act(world, input, call);
    },
  };
}

/** @returns null when the simulator does not serve the path */
export function match(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; ids: string[] } | null {
  const called = path.split('/');
  for (const candidate of routes) {
    const { segments } = candidate;
    if (candidate.method !== method || segments.length !== called.length) continue;
    if (!segments.every((segment, index) => fits(segment, called[index]))) continue;
    const ids = called.filter((_, index) => segments[index] === '{}').map(decodeURIComponent);
    return { route: candidate, ids };
  }
  return null;
}

/** `/v1/charges/search` is not the charge of that id. */
function fits(segment: string, called: string | undefined): boolean {
  return segment === '{}' ? called !== 'search' && called !== '' : segment === called;
}

export interface ListQuery {
  limit: number;
  startingAfter: string | undefined;
  endingBefore: string | undefined;
  created: TimeRange | undefined;
}

/** What every list takes; not all of Stripe's lists take `created`, those here do. */
export function readListQuery(params: Params): ListQuery {
  const limit = params.integer('limit') ?? 10;
  if (limit < 1 || limit > 100) {
    throw invalidRequest('Limit must be between 1 and 100.', {
      code: 'parameter_invalid_integer',
      param: 'limit',
    });
  }
  const startingAfter = params.optional('starting_after');
  const endingBefore = params.optional('ending_before');
  if (startingAfter && endingBefore) {
    throw invalidRequest('You may only specify one of these parameters: starting_after, ending_before.');
  }
  return { limit, startingAfter, endingBefore, created: params.timeRange('created') };
}

interface List<T> {
  object: 'list';
  data: T[];
  has_more: boolean;
  url: string;
}

/** One page of an account's objects, newest first. */
export function page<T extends { readonly id: string; readonly created?: number }>(
  world: World,
  call: Pick<Call, 'account' | 'path'>,
  object: string,
  table: ReadonlyMap<string, T>,
  query: ListQuery,
  matches: (object: T) => boolean,
): List<T> {
  const all = [...table.values()].filter(
    (item) =>
      world.ownerOf(item.id) === call.account && within(query.created, item.created ?? 0) && matches(item),
  );
  const newestFirst = all.reverse();
  const cursor = query.startingAfter ?? query.endingBefore;
  const at = newestFirst.findIndex(({ id }) => id === cursor);
  if (cursor && at < 0)
    throw noSuch(object, cursor, query.startingAfter ? 'starting_after' : 'ending_before');
  const candidates = query.endingBefore ? newestFirst.slice(0, at).reverse() : newestFirst.slice(at + 1);
  const data = candidates.slice(0, query.limit);
  return {
    object: 'list',
    data: query.endingBefore ? data.reverse() : data,
    has_more: candidates.length > query.limit,
    url: call.path,
  };
}

/** A whole list inside an object. */
export function listOf<T>(data: T[], url: string): List<T> {
  return { object: 'list', data, has_more: false, url };
}

function within(range: TimeRange | undefined, time: number): boolean {
  if (!range) return true;
  if (range.gt !== undefined && time <= range.gt) return false;
  if (range.gte !== undefined && time < range.gte) return false;
  if (range.lt !== undefined && time >= range.lt) return false;
  return range.lte === undefined || time <= range.lte;
}
