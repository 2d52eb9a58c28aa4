import type { Env } from './env.ts';

/** Every look-up of a Durable Object. What an object is named after is decided here and nowhere else. */

export function orderRoom(env: Env, orderId: string) {
  return env.ORDER_ROOM.get(env.ORDER_ROOM.idFromName(orderId));
}

export function person(env: Env, userId: string) {
  return env.PERSON.get(env.PERSON.idFromName(userId));
}

/** `cell` is an H3 index of resolution 5. */
export function geoCell(env: Env, cell: string) {
  return env.GEO_CELL.get(env.GEO_CELL.idFromName(cell));
}

/** `counted`: an address, as `clientAddressKey` makes it, or what else attempts are counted by. */
export function rateLimiter(env: Env, counted: string) {
  return env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(counted));
}

/** `showId`: of a stream order's show that is the order's id. */
export function liveRoom(env: Env, showId: string) {
  return env.LIVE_ROOM.get(env.LIVE_ROOM.idFromName(showId));
}

/** There is one. */
export function originRegistry(env: Env) {
  return env.ORIGIN_REGISTRY.get(env.ORIGIN_REGISTRY.idFromName('origins'));
}

/** There is one. */
export function sweeper(env: Env) {
  return env.SWEEPER.get(env.SWEEPER.idFromName('sweeper'));
}
