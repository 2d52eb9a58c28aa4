/** Says what `cloudflare:workers` gives to tests: our bindings, and the exports of our own Worker. */
declare namespace Cloudflare {
  type Bindings = import('#durable-objects/env.ts').Env;
  interface Env extends Bindings {}

  interface GlobalProps {
    mainModule: typeof import('#worker/index.ts');
    durableNamespaces:
      | 'LiveRoom'
      | 'OrderRoom'
      | 'OriginRegistry'
      | 'Person'
      | 'GeoCell'
      | 'RateLimiter'
      | 'Sweeper';
  }
}
