import Stripe from 'stripe';

/** The SDK's resources whose routes the contract knows. A request outside them is unmapped. */
export const resourceNames = [
  'accountLinks',
  'accounts',
  'balance',
  'balanceTransactions',
  'charges',
  'customers',
  'disputes',
  'events',
  'paymentIntents',
  'paymentMethods',
  'payouts',
  'refunds',
  'setupIntents',
  'transfers',
] as const;

export type ResourceName = (typeof resourceNames)[number];

/** A method of the SDK as the checker sees it: how many ids it takes before its parameters. */
export interface SdkMethod {
  resource: ResourceName;
  method: string;
  idCount: number;
}

/** `GET /v1/charges/{}`: each id in the path is written `{}`. */
export type RoutePattern = string;

/**
 * Asks the SDK itself which route a method calls, by calling it with a request function that only listens.
 */
export function routeOf({ resource, method, idCount }: SdkMethod): RoutePattern {
  const target = new Stripe('sk_test_asks_for_routes')[resource];
  let route: RoutePattern | undefined;
  const listening = Object.assign(Object.create(target), {
    _makeRequest(verb: string, path: string): void {
      route = `${verb} ${path.replaceAll(encodeURIComponent('{}'), '{}')}`;
    },
  });
  listening[method](...Array.from({ length: idCount }, () => '{}'), {}, {});
  if (!route) throw new Error(`${resource}.${method} makes no request`);
  return route;
}
