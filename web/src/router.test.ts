import { describe, expect, it } from 'vitest';
import { addressOf, type Route, routeOf } from './router.ts';

const orderId = '019ab0aa-1111-7222-8333-444455556666';

describe('addresses', () => {
  const routes: Exclude<Route, { name: 'not-found' }>[] = [
    { name: 'explore', at: null },
    { name: 'explore', at: { latitude: 38.7223, longitude: -9.1393 } },
    { name: 'own-orders', at: null },
    { name: 'new-order', at: { latitude: -33.9, longitude: 151.2 } },
    { name: 'order', orderId },
    { name: 'shows', list: 'live' },
    { name: 'shows', list: 'mine' },
    { name: 'show', showId: orderId },
    { name: 'studio', showId: orderId },
    { name: 'preflight' },
    { name: 'cards' },
    { name: 'earnings', isLinkSpent: false },
    { name: 'earnings', isLinkSpent: true },
    { name: 'disputes' },
    { name: 'payment-steps' },
  ];
  it.each(routes)('lead back to the page they were made for: $name', (route) => {
    expect(routeOf(addressOf(route))).toEqual(route);
  });

  it.each(['/orders/1', '/nowhere', `/orders/${orderId}/room`, '/live/1', `/live/${orderId}/stage`])(
    '%s leads nowhere',
    (address) => {
      expect(routeOf(address)).toEqual({ name: 'not-found' });
    },
  );

  it.each(['91,0', '0,181', 'a,b', '1', ',', '1,2,3'])('ignore the impossible place %s', (at) => {
    expect(routeOf(`/?at=${at}`)).toEqual({ name: 'explore', at: null });
  });
});
