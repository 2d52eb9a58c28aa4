import type { Account } from '../state.ts';
import type { World } from '../world.ts';

/** What a new account owes before it may receive anything. */
export const firstRequirements = [
  'business_profile.url',
  'external_account',
  'individual.dob.day',
  'individual.first_name',
  'individual.last_name',
  'tos_acceptance.date',
];

/** An account with nothing allowed yet. The platform's own is one, too. */
export function blankAccount(world: World, id: string, country: string): Account {
  return {
    id,
    object: 'account',
    business_profile: blankProfile,
    business_type: null,
    capabilities: {},
    charges_enabled: false,
    country,
    created: world.now(),
    default_currency: country === world.settings.country ? world.settings.defaultCurrency : 'eur',
    details_submitted: false,
    email: null,
    future_requirements: requirements([]),
    metadata: {},
    payouts_enabled: false,
    requirements: requirements([]),
    settings: settings('daily'),
    tos_acceptance: { date: null, ip: null, user_agent: null },
    type: 'express',
  };
}

export const blankProfile: NonNullable<Account['business_profile']> = {
  annual_revenue: null,
  estimated_worker_count: null,
  mcc: null,
  minority_owned_business_designation: null,
  name: null,
  product_description: null,
  specified_commercial_transactions_act_url: null,
  support_address: null,
  support_email: null,
  support_phone: null,
  support_url: null,
  url: null,
};

export function requirements(due: readonly string[], pastDue = true): NonNullable<Account['requirements']> {
  return {
    alternatives: [],
    current_deadline: null,
    currently_due: [...due],
    disabled_reason: due.length > 0 && pastDue ? 'requirements.past_due' : null,
    errors: [],
    eventually_due: [...due],
    past_due: pastDue ? [...due] : [],
    pending_verification: [],
  };
}

export function settings(interval: string): NonNullable<Account['settings']> {
  return {
    branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
    card_payments: {
      statement_descriptor_prefix: null,
      statement_descriptor_prefix_kana: null,
      statement_descriptor_prefix_kanji: null,
    },
    dashboard: { display_name: null, timezone: 'Etc/UTC' },
    payments: {
      statement_descriptor: null,
      statement_descriptor_kana: null,
      statement_descriptor_kanji: null,
      statement_descriptor_prefix_kana: null,
      statement_descriptor_prefix_kanji: null,
    },
    payouts: {
      debit_negative_balances: false,
      schedule: { delay_days: 2, interval },
      statement_descriptor: null,
    },
  };
}
