import type { Params } from '../api/params.ts';
import { type Call, type ListQuery, page, type Route, readListQuery, route } from '../api/routing.ts';
import { withPendingCount } from '../webhooks/deliveries.ts';
import type { World } from '../world.ts';
import { find } from './find.ts';

interface EventFilter extends ListQuery {
  types: string[];
}

function readFilter(params: Params): EventFilter {
  const type = params.optional('type');
  return { ...readListQuery(params), types: type ? [type] : params.list('types') };
}

function list(world: World, query: EventFilter, call: Call) {
  const events = page(world, call, 'event', world.state.events, query, ({ type }) =>
    isOneOf(query.types, type),
  );
  return { ...events, data: events.data.map((event) => withPendingCount(world, event)) };
}

/** `charge.*` stands for all events of charges. */
function isOneOf(types: readonly string[], type: string): boolean {
  if (types.length === 0) return true;
  return types.some((wanted) =>
    wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted,
  );
}

export const eventRoutes: Route[] = [
  route('GET', '/v1/events', readFilter, list, { onConnected: true }),
  route(
    'GET',
    '/v1/events/{}',
    () => null,
    (world, _input, call) =>
      withPendingCount(
        world,
        find(world, world.state.events, 'event', call.id(0), { account: call.account }),
      ),
    { onConnected: true },
  ),
];
