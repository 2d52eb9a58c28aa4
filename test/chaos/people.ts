import { signInPeople } from '#bench/stack/people.ts';
import type { ConnectStatus } from '#contract/payments.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import type { Caller, HttpClient } from './http-client.ts';
import type { System } from './system.ts';

/** A neighbourhood: orders are placed in it, and its providers stand in it from the beginning to the end. */
export type Town = { place: Coordinates; providers: readonly [Caller, Caller, ...Caller[]] };

export type Population = {
  creators: readonly [Caller, ...Caller[]];
  towns: readonly [Town, ...Town[]];
  admin: Caller;
};

/**
 * Signs people in, has all creators save a card and all providers take orders. The first provider of a town can be paid; the
 * others have yet to tell Stripe who they are.
 */
export async function settle(
  system: System,
  http: HttpClient,
  counts: { creators: number; towns: number; providersEach: number },
): Promise<Population> {
  const signIn = (role: 'creator' | 'provider' | 'admin', count: number) =>
    signInPeople(system.db, system.jwtSecret, role, count);
  const creators = await signIn('creator', counts.creators);
  const [admin] = await signIn('admin', 1);
  const towns: Town[] = [];
  for (let n = 0; n < counts.towns; n++) {
    // So far apart that no order reaches two of them.
    const place = { latitude: -50 + n * 7, longitude: 11.5 + n };
    const [first, second, ...others] = await signIn('provider', counts.providersEach);
    if (!first || !second) throw new Error('a town has two providers at least');
    towns.push({ place, providers: [first, second, ...others] });
  }
  const [creator, ...otherCreators] = creators;
  const [town, ...otherTowns] = towns;
  if (!creator || !town || !admin) throw new Error('there must be somebody, somewhere');
  for (const someone of creators) await saveCard(http, someone);
  for (const { place, providers } of towns) {
    for (const provider of providers) await takeOrders(http, provider, place);
    await becomePayable(system, http, providers[0]);
  }
  return { creators: [creator, ...otherCreators], towns: [town, ...otherTowns], admin };
}

async function takeOrders(http: HttpClient, provider: Caller, place: Coordinates): Promise<void> {
  await http.write(provider, { method: 'PUT', path: '/providers/me/location', body: place });
  const available = await http.write(provider, {
    method: 'PUT',
    path: '/providers/me/availability',
    body: { available: true },
  });
  if (available.error) throw new Error(`a provider takes no orders: ${available.error.message}`);
}

/** Saves a test card as this person's own. */
export async function saveCard(http: HttpClient, creator: Caller): Promise<void> {
  const body = { paymentMethodId: 'pm_card_visa' };
  const saved = await http.send(creator, 'POST', '/payment-methods', { body });
  if (saved.error) throw new Error(`a card was not saved: ${saved.error.message}`);
}

async function becomePayable(system: System, http: HttpClient, provider: Caller): Promise<void> {
  await http.write(provider, { method: 'POST', path: '/payments/connect/onboarding', body: {} });
  const status = () => http.send<ConnectStatus>(provider, 'GET', '/payments/connect/status');
  const { accountId } = (await status()).data;
  const finish = `${system.stripeUrl}/_sim/accounts/${accountId}/finish_onboarding`;
  const finished = await fetch(finish, { method: 'POST' });
  if (!finished.ok) throw new Error(`a provider cannot be paid: ${await finished.text()}`);
  // Looking takes it in, whether or not the webhook has come.
  await status();
}
