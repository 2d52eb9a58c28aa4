import type {} from 'vitest';

declare module 'vitest' {
  /** What `inject(…)` gives to tests. */
  interface ProvidedContext {
    /** Connection string of the run's database, for `DATABASE_URL`. Over TCP it leads somewhere only when it is a real Postgres. */
    databaseUrl: string;
    /** The gateway's `/sql`, for `DATABASE_FETCH_ENDPOINT`. */
    databaseFetchEndpoint: string;
    /** The superuser of the run's real Postgres; null when the database is the embedded one. */
    postgresAdminUrl: string | null;
    /** `SEED`: plays a run of odd input again; null for a run of its own. */
    fuzzSeed: string | null;
    /** Set by a project whose tests use the database. */
    needsDatabase?: boolean;
    /** The run's Stripe simulator, for `STRIPE_API_URL`. */
    stripeApiUrl: string;
    /** Set by a project whose tests use Stripe. */
    needsStripe?: boolean;
  }
}
