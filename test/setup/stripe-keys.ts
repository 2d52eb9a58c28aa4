/** What the Worker under test has of Stripe: the simulator takes any test key, and signs with these secrets. */
export const STRIPE_TEST_KEYS = {
  STRIPE_SECRET_KEY: 'sk_test_taplive',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_taplive',
  STRIPE_WEBHOOK_SECRET: 'whsec_only-for-tests-of-the-platform',
  STRIPE_CONNECT_WEBHOOK_SECRET: 'whsec_only-for-tests-of-connected-accounts',
} as const;
