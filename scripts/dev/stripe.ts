import { randomBytes } from 'node:crypto';
import { CURRENCIES } from '#domain/money/currencies.ts';
import type { Child, Children } from './children.ts';
import type { DataFolders } from './local-state.ts';
import type { RealStripe } from './options.ts';

const READY_WITHIN_MS = 30_000;

/** Which Stripe a system uses, and how the Worker reaches it. */
export type StripePlan = {
  readonly vars: RealStripe & { readonly STRIPE_API_URL: string };
  /** Where the simulator listens; null where Stripe itself is used. */
  readonly simulatorPort: number | null;
};

/** @param real null for the simulator */
export function planStripe(real: RealStripe | null, simulatorPort: number): StripePlan {
  if (real) return { vars: { ...real, STRIPE_API_URL: '' }, simulatorPort: null };
  // The simulator is told them at every start.
  const secret = () => `whsec_${randomBytes(24).toString('hex')}`;
  return {
    vars: {
      STRIPE_SECRET_KEY: 'sk_test_simulated',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_simulated',
      STRIPE_WEBHOOK_SECRET: secret(),
      STRIPE_CONNECT_WEBHOOK_SECRET: secret(),
      SETTLEMENT_CURRENCIES: Object.keys(CURRENCIES).join(),
      STRIPE_API_URL: `http://127.0.0.1:${simulatorPort}`,
    },
    simulatorPort,
  };
}

/** Starts what the plan needs; its webhooks go to the system at `address`. Resolves when Stripe can be reached. */
export async function startStripe(
  { vars, simulatorPort }: StripePlan,
  { stripe }: DataFolders,
  address: string,
  children: Children,
): Promise<void> {
  if (simulatorPort === null) return;
  const simulator = children.start('stripe', {
    args: ['--disable-warning=ExperimentalWarning', 'simulators/stripe/main.ts'],
    env: {
      STRIPE_SIMULATOR_PORT: String(simulatorPort),
      STRIPE_SIMULATOR_DATA: stripe,
      STRIPE_WEBHOOK_URL: `${address}/webhooks/stripe`,
      STRIPE_WEBHOOK_SECRET: vars.STRIPE_WEBHOOK_SECRET,
      STRIPE_CONNECT_WEBHOOK_URL: `${address}/webhooks/stripe-connect`,
      STRIPE_CONNECT_WEBHOOK_SECRET: vars.STRIPE_CONNECT_WEBHOOK_SECRET,
    },
    essential: true,
  });
  await ready(simulator);
}

function ready(simulator: Child): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('The Stripe simulator did not become ready in time.')),
      READY_WITHIN_MS,
    );
    simulator.exited.then(() => clearTimeout(timer));
    simulator.onLine((line) => {
      if (!line.includes('"event":"ready"')) return;
      clearTimeout(timer);
      resolve();
    });
  });
}
