import pg from 'pg';
import type { Credentials } from './backend.ts';
import { GatewayError } from './errors.ts';

/** One connection pool for each set of credentials in use, at most `maxPools` of them. */
export class PoolSet {
  readonly #pools = new Map<string, pg.Pool>();
  readonly #maxPools: number;
  readonly #configure: (credentials: Credentials) => pg.PoolConfig;

  constructor(maxPools: number, configure: (credentials: Credentials) => pg.PoolConfig) {
    this.#maxPools = maxPools;
    this.#configure = configure;
  }

  /**
   * The pool of these credentials. The password is part of the key: another one gets no connection of this one's.
   * @throws GatewayError 503 when every pool is busy and there is no room for one more
   */
  get(credentials: Credentials): pg.Pool {
    const key = JSON.stringify([credentials.user, credentials.password, credentials.database]);
    const known = this.#pools.get(key);
    // Taken out and put back: the map's order is the order of last use.
    this.#pools.delete(key);
    if (!known && this.#pools.size >= this.#maxPools) this.#evict();
    const pool = known ?? this.#open(credentials);
    this.#pools.set(key, pool);
    return pool;
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.end()));
  }

  #open(credentials: Credentials): pg.Pool {
    const pool = new pg.Pool(this.#configure(credentials));
    // An idle connection that the server closes (a restart, DROP DATABASE … FORCE) leaves the pool by itself;
    // one lost while in use fails its query. Both also emit an error, which unheard would end the process.
    pool.on('error', () => {});
    pool.on('connect', (client) => client.on('error', () => {}));
    return pool;
  }

  #evict(): void {
    for (const [key, pool] of this.#pools) {
      if (pool.totalCount > pool.idleCount || pool.waitingCount > 0) continue;
      this.#pools.delete(key);
      // It is gone either way; what its idle connections say while they close concerns nobody.
      pool.end().catch(() => {});
      return;
    }
    throw new GatewayError(503, 'too many different credentials are in use');
  }
}
