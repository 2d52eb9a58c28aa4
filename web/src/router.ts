import { useSyncExternalStore } from 'react';
import type { Coordinates } from '#domain/geo/coordinates.ts';

/** The pages. `at` is the place that is looked at, when the address names one. */
export type Route =
  | { name: 'explore'; at: Coordinates | null }
  | { name: 'own-orders'; at: Coordinates | null }
  | { name: 'new-order'; at: Coordinates | null }
  | { name: 'order'; orderId: string }
  | { name: 'shows'; list: 'live' | 'mine' }
  | { name: 'show'; showId: string }
  | { name: 'studio'; showId: string }
  | { name: 'preflight' }
  | { name: 'cards' }
  /** `isLinkSpent`: the link to Stripe's questions was too old. */
  | { name: 'earnings'; isLinkSpent: boolean }
  | { name: 'disputes' }
  | { name: 'payment-steps' }
  | { name: 'not-found' };

const SHOW_PATH = /^\/live\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\/studio)?$/i;
const ORDER_PATH = /^\/orders\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** The page that an address (path with its query) leads to. */
export function routeOf(address: string): Route {
  const { pathname, searchParams } = new URL(address, 'http://page');
  const at = parsePlace(searchParams.get('at'));
  switch (pathname) {
    case '/':
      return { name: 'explore', at };
    case '/orders':
      return { name: 'own-orders', at };
    case '/orders/new':
      return { name: 'new-order', at };
    case '/live':
      return { name: 'shows', list: searchParams.get('of') === 'mine' ? 'mine' : 'live' };
    case '/preflight':
      return { name: 'preflight' };
    case '/cards':
      return { name: 'cards' };
    case '/earnings':
      return { name: 'earnings', isLinkSpent: searchParams.get('link') === 'spent' };
    case '/admin/disputes':
      return { name: 'disputes' };
    case '/admin/payment-steps':
      return { name: 'payment-steps' };
  }
  const [, showId, studio] = SHOW_PATH.exec(pathname) ?? [];
  if (showId) return { name: studio ? 'studio' : 'show', showId };
  const orderId = ORDER_PATH.exec(pathname)?.[1];
  return orderId ? { name: 'order', orderId } : { name: 'not-found' };
}

/** The address of a page. */
export function addressOf(route: Exclude<Route, { name: 'not-found' }>): string {
  switch (route.name) {
    case 'explore':
      return `/${placeQuery(route.at)}`;
    case 'own-orders':
      return `/orders${placeQuery(route.at)}`;
    case 'new-order':
      return `/orders/new${placeQuery(route.at)}`;
    case 'order':
      return `/orders/${route.orderId}`;
    case 'shows':
      return route.list === 'mine' ? '/live?of=mine' : '/live';
    case 'show':
      return `/live/${route.showId}`;
    case 'studio':
      return `/live/${route.showId}/studio`;
    case 'preflight':
      return '/preflight';
    case 'cards':
      return '/cards';
    case 'earnings':
      return route.isLinkSpent ? '/earnings?link=spent' : '/earnings';
    case 'disputes':
      return '/admin/disputes';
    case 'payment-steps':
      return '/admin/payment-steps';
  }
}

/** Five decimals are about a metre. */
function placeQuery(at: Coordinates | null): string {
  return at ? `?at=${at.latitude.toFixed(5)},${at.longitude.toFixed(5)}` : '';
}

function parsePlace(text: string | null): Coordinates | null {
  const match = /^(-?\d{1,2}(?:\.\d{1,7})?),(-?\d{1,3}(?:\.\d{1,7})?)$/.exec(text ?? '');
  if (!match) return null;
  const [latitude, longitude] = [Number(match[1]), Number(match[2])];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
}

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

function currentAddress(): string {
  return window.location.pathname + window.location.search;
}

/** Goes to a page; with `replace` the one before is not kept in the history. */
export function navigate(address: string, { replace = false } = {}): void {
  if (address === currentAddress()) return;
  window.history[replace ? 'replaceState' : 'pushState'](null, '', address);
  for (const listener of listeners) listener();
}

/** The address of the page as it stands in the browser. */
export function useAddress(): string {
  return useSyncExternalStore(subscribe, currentAddress);
}
