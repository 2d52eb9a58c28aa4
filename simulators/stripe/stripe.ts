import { ApiService, type Pause } from './api/service.ts';
import type { ApiRequest, ApiResponse } from './api/wire.ts';
import type { Violation } from './contract/checked.ts';
import { type Controls, createControls } from './control/controls.ts';
import { blankAccount } from './resources/account-shape.ts';
import { doScheduledWork } from './scheduled-work.ts';
import { emptyState, type State, type Work } from './state.ts';
import { Courier, type Send } from './webhooks/courier.ts';
import type { WebhookEndpoint } from './webhooks/deliveries.ts';
import { type Settings, World } from './world.ts';

export interface StripeOptions {
  /** Milliseconds since 1970. The simulator's own clock can be moved ahead of it. */
  clock?: () => number;
  /** Uniform in [0, 1): ids and what chance decides. With a seeded one, every run is the same. */
  random?: () => number;
  /** Lets other requests in between; by default one turn of the event loop's microtasks. */
  pause?: Pause;
  /** Brings webhooks to their endpoints; by default they cannot be reached. */
  send?: Send;
  webhookEndpoints?: readonly WebhookEndpoint[];
  settings?: Partial<Settings>;
  /** A state from before. */
  state?: State;
}

/** A simulated Stripe: give it requests, it answers as Stripe's API does. */
export interface StripeSimulator {
  /** @throws AnswerLost when a fault takes the answer away */
  handle(request: ApiRequest): Promise<ApiResponse>;
  /**
   * Does what is due by the clock: authorizations lapse, funds become available, disputes open …
   * @returns how much there was
   */
  catchUp(): number;
  /** Moves the clock, and does what comes due on the way. Never backwards. */
  advance(seconds: number): void;
  /**
   * Does at once what waits for its time and is about this object: the lapse of an authorization, the arrival of a payout …
   * For whoever cannot move the clock, because others have it too. @returns how much there was
   */
  hasten(about: string): number;
  /** Forgets everything but where webhooks go. */
  reset(): void;
  /** What the card's owner, the bank, a payee or a fault does: everything that Stripe's API has no call for. */
  readonly controls: Controls;
  /** Takes webhooks to their endpoints. */
  readonly courier: Courier;
  readonly world: World;
  /** Where a checker stands in front (`contract/checked.ts`): what it found since it was last asked. */
  takeViolations?(): Violation[];
}

const PLATFORM = 'acct_1SimPlatform';

const defaultSettings: Settings = {
  country: 'US',
  defaultCurrency: 'usd',
  settlementCurrencies: null,
  publicUrl: 'http://127.0.0.1',
};

export function createStripe(options: StripeOptions = {}): StripeSimulator {
  const { clock = Date.now, random = Math.random, state = emptyState(PLATFORM) } = options;
  const world = new World(state, { ...defaultSettings, ...options.settings }, clock, random);
  const service = new ApiService(world, options.pause ?? (async () => {}));
  const courier = new Courier(
    world,
    options.send ?? (() => Promise.reject(new Error('No way to send webhooks'))),
  );
  const carryOut = (work: Work) => doScheduledWork(world, service, work);
  const catchUp = () => world.catchUp(carryOut);
  if (options.webhookEndpoints) setEndpoints(state, options.webhookEndpoints);
  openPlatform(world);

  return {
    world,
    controls: createControls(world),
    courier,
    catchUp,
    handle(request) {
      catchUp();
      return service.handle(request);
    },
    advance(seconds) {
      if (seconds < 0) throw new RangeError('The clock never goes back');
      state.clockAheadMs += seconds * 1000;
      catchUp();
    },
    hasten: (about) => world.hasten((work) => Object.values(work).includes(about), carryOut),
    reset() {
      empty(state);
      openPlatform(world);
    },
  };
}

function openPlatform(world: World): void {
  const { accounts, platform } = world.state;
  if (accounts.has(platform)) return;
  world.add(accounts, {
    ...blankAccount(world, platform, world.settings.country),
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    details_submitted: true,
    payouts_enabled: true,
    type: 'standard',
  });
}

function empty(state: State): void {
  const { endpoints } = state.webhooks;
  Object.assign(state, emptyState(state.platform));
  setEndpoints(state, [...endpoints.values()]);
}

export function setEndpoints({ webhooks }: State, endpoints: readonly WebhookEndpoint[]): void {
  webhooks.endpoints.clear();
  for (const endpoint of endpoints) webhooks.endpoints.set(endpoint.id, endpoint);
}
