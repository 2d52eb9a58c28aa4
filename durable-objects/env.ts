import type { DatabaseSettings } from '#db/client.ts';
import type { MediaBackendName } from '#domain/live/show.ts';
import type { GeoCell } from './geo-cell/geo-cell.ts';
import type { LiveRoom } from './live-room/live-room.ts';
import type { IceSettings } from './live-room/media/ice-servers.ts';
import type { OrderRoom } from './order-room/order-room.ts';
import type { OriginRegistry } from './origin-registry/origin-registry.ts';
import type { Person } from './person/person.ts';
import type { RateLimiter } from './rate-limiter/rate-limiter.ts';
import type { Sweeper } from './sweeper/sweeper.ts';

/** Everything that the Worker and its objects are configured with: `wrangler.toml`, secrets, `.dev.vars`. */
export type Env = DatabaseSettings &
  IceSettings & {
    ORDER_ROOM: DurableObjectNamespace<OrderRoom>;
    PERSON: DurableObjectNamespace<Person>;
    GEO_CELL: DurableObjectNamespace<GeoCell>;
    RATE_LIMITER: DurableObjectNamespace<RateLimiter>;
    LIVE_ROOM: DurableObjectNamespace<LiveRoom>;
    ORIGIN_REGISTRY: DurableObjectNamespace<OriginRegistry>;
    SWEEPER: DurableObjectNamespace<Sweeper>;
    /** Absent where only the API is served (tests, plain workerd without the web app). */
    ASSETS?: Fetcher;
    ENVIRONMENT: 'development' | 'test' | 'production';
    /** Secret, at least 32 bytes. */
    JWT_SECRET: string;
    /** Origins that may call from a browser, separated by commas. The app's own origin needs no entry. */
    CORS_ORIGINS: string;
    /** Whose word on the client's address counts: Cloudflare's header, one proxy's X-Forwarded-For, or nobody's. */
    TRUSTED_PROXY: 'cloudflare' | 'x-forwarded-for' | 'none';
    /** What carries the video of shows that are opened from now on. */
    MEDIA_BACKEND: MediaBackendName;
    /** Secret that edge and media origins share, at least 32 bytes; both sign with it. Needed for `sfu-origin`. */
    MEDIA_ORIGIN_SECRET?: string;
    /** Secret: `sk_…`. */
    STRIPE_SECRET_KEY: string;
    /** For browsers: `pk_…`. */
    STRIPE_PUBLISHABLE_KEY: string;
    /** Secrets that sign what Stripe tells of the platform, and of connected accounts. */
    STRIPE_WEBHOOK_SECRET: string;
    STRIPE_CONNECT_WEBHOOK_SECRET: string;
    /** Where a simulator stands in for Stripe, as an origin. Never with a live key. */
    STRIPE_API_URL?: string;
    /** The currencies that the platform's Stripe balance holds, separated by commas: charges are made in these only. */
    SETTLEMENT_CURRENCIES: string;
    MAP_STYLE_URL?: string;
    /** Requests that one address may make anonymously in a window, instead of the domain's number. Not in production. */
    ANONYMOUS_LIMIT?: string;
    /** `true` tells clients of the demo people. Refused in production. */
    DEMO_PEOPLE?: string;
  };
