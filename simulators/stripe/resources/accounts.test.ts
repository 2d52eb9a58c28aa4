import { expect, test } from 'vitest';
import { errorOf, openBench } from '../bench.ts';

const account = {
  country: 'US',
  email: 'payee@example.com',
  business_type: 'individual',
  capabilities: { transfers: { requested: true } },
  controller: {
    fees: { payer: 'application' },
    losses: { payments: 'application' },
    stripe_dashboard: { type: 'express' },
  },
  metadata: { user: '1' },
} as const;

test('a new account owes everything and may receive nothing', async () => {
  const { sdk } = openBench();
  const { id } = await sdk.accounts.create(account);
  const created = await sdk.accounts.retrieve(id);
  expect(created).toMatchObject({
    details_submitted: false,
    payouts_enabled: false,
    capabilities: { transfers: 'inactive' },
    requirements: { disabled_reason: 'requirements.past_due' },
  });
  expect(created.requirements?.currently_due).toContain('external_account');
});

test('finished onboarding allows what was asked for, and tells with an event of the account', async () => {
  const { sdk, simulator, lastEvent } = openBench();
  const { id } = await sdk.accounts.create(account);
  simulator.controls.finishOnboarding(id);
  expect(await sdk.accounts.retrieve(id)).toMatchObject({
    details_submitted: true,
    payouts_enabled: true,
    capabilities: { transfers: 'active' },
    requirements: { currently_due: [], disabled_reason: null },
  });
  const event = lastEvent('account.updated');
  expect(event.account).toBe(id);
  expect(event.data.previous_attributes).toMatchObject({ payouts_enabled: false });
  expect((await sdk.events.list({}, { stripeAccount: id })).data).toHaveLength(1);
  expect((await sdk.events.list()).data).toEqual([]);
});

test('an account can lose what it may do, or only be warned', async () => {
  const { sdk, simulator } = openBench();
  const { id } = await sdk.accounts.create(account);
  simulator.controls.finishOnboarding(id);
  simulator.controls.requireMore(id, ['individual.verification.document'], false);
  expect(await sdk.accounts.retrieve(id)).toMatchObject({
    payouts_enabled: true,
    requirements: {
      currently_due: ['individual.verification.document'],
      past_due: [],
      disabled_reason: null,
    },
  });
  simulator.controls.requireMore(id, ['individual.verification.document'], true);
  expect(await sdk.accounts.retrieve(id)).toMatchObject({
    payouts_enabled: false,
    capabilities: { transfers: 'inactive' },
  });
});

test('the platform lists its accounts, not itself', async () => {
  const { sdk } = openBench();
  const { id } = await sdk.accounts.create(account);
  expect((await sdk.accounts.list()).data.map((one) => one.id)).toEqual([id]);
  expect((await sdk.accounts.retrieveCurrent()).id).not.toBe(id);
  expect(await errorOf(sdk.accounts.retrieve('acct_unknown'))).toMatchObject({ code: 'resource_missing' });
  const denied = await errorOf(sdk.balance.retrieve({}, { stripeAccount: 'acct_unknown' }));
  expect(denied).toMatchObject({ statusCode: 403, code: 'account_invalid' });
});

test('an onboarding link leads to a page of the simulator, for five minutes', async () => {
  const { sdk } = openBench();
  const { id } = await sdk.accounts.create(account);
  const link = await sdk.accountLinks.create({
    account: id,
    type: 'account_onboarding',
    refresh_url: 'https://app.example/again',
    return_url: 'https://app.example/done',
  });
  expect(link.url).toMatch(/\/onboarding\//);
  expect(link.expires_at - link.created).toBe(300);
});
