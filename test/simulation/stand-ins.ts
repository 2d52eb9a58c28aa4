import { vi } from 'vitest';

/**
 * The rooms of the simulation are the real ones. What they reach outside themselves is put in place here, and this is imported before
 * them: the record's queries go to a record in memory, Stripe's client to the simulator in this process, ids and failures to the
 * schedule that is being run.
 */
vi.mock('#db/queries/order-state.ts', () => import('./queries.ts'));
vi.mock('#db/queries/order-commit.ts', () => import('./queries.ts'));
vi.mock('#db/queries/money.ts', () => import('./queries.ts'));
vi.mock('#db/queries/payee-facts.ts', () => import('./queries.ts'));
vi.mock('#db/queries/payment-customers.ts', () => import('./queries.ts'));
vi.mock('#payments/stripe/client.ts', () => import('./stripe-in-process.ts'));
vi.mock('#durable-objects/log.ts', () => import('./failures.ts'));
vi.mock('uuid', () => import('./ids.ts'));
