import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { freePort } from '#scripts/free-port.ts';
import type { Backend, StatementResult, Work } from './backend.ts';
import { DatabaseError, GatewayError } from './errors.ts';
import { createPostgresBackend, type PostgresBackendOptions } from './postgres-backend.ts';

const suffix = randomUUID().slice(0, 8);
const database = `gateway_${suffix}`;
const people = { owner: `owner_${suffix}`, guest: `guest_${suffix}` };
let admin: pg.Client;
let upstream: string;

beforeAll(async () => {
  const url = inject('postgresAdminUrl');
  if (!url) throw new Error('these tests need TEST_DATABASE=postgres');
  admin = new pg.Client({ connectionString: url });
  await admin.connect();
  for (const name of Object.values(people)) await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'secret'`);
  await admin.query(`CREATE DATABASE ${database} OWNER ${people.owner}`);
  const own = new URL(url);
  own.username = people.owner;
  own.password = 'secret';
  own.pathname = `/${database}`;
  upstream = own.href;
});
afterAll(async () => {
  await admin.query(`DROP DATABASE ${database} WITH (FORCE)`);
  for (const name of Object.values(people)) await admin.query(`DROP ROLE ${name}`);
  await admin.end();
});

const backends: Backend[] = [];
function backend(options: Partial<PostgresBackendOptions> = {}): Backend {
  const created = createPostgresBackend({ upstream, ...options });
  backends.push(created);
  return created;
}
afterEach(async () => {
  await Promise.all(backends.splice(0).map((created) => created.close()));
});

interface Ask {
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly signal?: AbortSignal;
  readonly batch?: boolean;
}

function run(target: Backend, statements: string | string[], ask: Ask = {}): Promise<StatementResult[]> {
  const { user = people.owner, password = 'secret', signal = new AbortController().signal } = ask;
  const work: Work = {
    credentials: { user, password, database: ask.database ?? database },
    statements: [statements].flat().map((text) => ({ text, params: [] })),
    transaction:
      ask.batch || Array.isArray(statements)
        ? { isolationLevel: null, readOnly: false, deferrable: false }
        : null,
  };
  return target.execute(work, signal);
}

/** The one value of a statement's only row. */
async function value(target: Backend, text: string, ask?: Ask): Promise<string | null | undefined> {
  const [result] = await run(target, text, ask);
  return result?.rows[0]?.[0];
}

const connectionCount = async (user: string) => {
  const { rows } = await admin.query('SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = $1', [
    user,
  ]);
  return rows[0].n;
};

describe('who may come in', () => {
  it('is for Postgres to say, and everyone works as themselves', async () => {
    const target = backend();
    expect(await value(target, 'SELECT current_user')).toBe(people.owner);
    expect(await value(target, 'SELECT current_user', { user: people.guest })).toBe(people.guest);
    await run(target, 'CREATE TABLE private (id integer)');
    await expect(run(target, 'SELECT * FROM private', { user: people.guest })).rejects.toMatchObject({
      fields: { code: '42501' },
    });
  });

  it('with a wrong password is nobody, even while the right one has an idle connection', async () => {
    const target = backend();
    await run(target, 'SELECT 1');
    const error = await run(target, 'SELECT 1', { password: 'wrong' }).catch((reason) => reason);
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({ status: 401, fields: { code: '28P01' } });
    expect(JSON.stringify(error)).not.toContain('wrong');
  });

  it('to an unknown database is an SQL error', async () => {
    const error = await run(backend(), 'SELECT 1', { database: 'unknown' }).catch((reason) => reason);
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({ fields: { code: '3D000' } });
  });

  it('has names with any characters passed on whole', async () => {
    const odd = `odd %40/?#&="'@: ${suffix}`;
    await admin.query(`CREATE ROLE ${pg.escapeIdentifier(odd)} LOGIN PASSWORD ${pg.escapeLiteral(odd)}`);
    try {
      const target = backend();
      expect(await value(target, 'SELECT current_user', { user: odd, password: odd })).toBe(odd);
    } finally {
      await admin.query(`DROP ROLE ${pg.escapeIdentifier(odd)}`);
    }
  });
});

describe('a connection', () => {
  it('left inside a transaction is not used again', async () => {
    const target = backend({ maxConnections: 1 });
    const before = await value(target, 'SELECT pg_backend_pid()');
    await expect(run(target, 'BEGIN')).rejects.toMatchObject({ fields: { code: '25001' } });
    expect(await value(target, 'SELECT pg_backend_pid()')).not.toBe(before);
  });

  it('whose settings were changed is not used again', async () => {
    const target = backend({ maxConnections: 1 });
    await run(target, "SET application_name = 'changed'");
    expect(await value(target, 'SHOW application_name')).toBe('taplive-gateway');
  });

  it('is used again after a failed batch, outside its transaction', async () => {
    const target = backend({ maxConnections: 1 });
    const before = await value(target, 'SELECT pg_backend_pid()');
    await expect(run(target, ['CREATE TABLE half (id integer)', 'SELECT 1/0'])).rejects.toMatchObject({
      fields: { code: '22012' },
    });
    expect(await value(target, 'SELECT pg_backend_pid()')).toBe(before);
    expect(await value(target, "SELECT to_regclass('half')")).toBe(null);
  });

  it('that the server closed while it was idle is replaced', async () => {
    const target = backend({ maxConnections: 1 });
    const pid = await value(target, 'SELECT pg_backend_pid()');
    await admin.query('SELECT pg_terminate_backend($1)', [pid]);
    await expect.poll(() => connectionCount(people.owner)).toBe(0);
    await expect.poll(() => value(target, 'SELECT 1').catch(() => 'lost')).toBe('1');
  });

  it('that is lost while a statement runs fails with an unknown outcome, and the next request works', async () => {
    const target = backend({ maxConnections: 1 });
    const pid = await value(target, 'SELECT pg_backend_pid()');
    const slow = run(target, 'SELECT pg_sleep(20)').catch((reason) => reason);
    await expect
      .poll(async () => {
        const { rows } = await admin.query('SELECT state FROM pg_stat_activity WHERE pid = $1', [pid]);
        return rows[0]?.state;
      })
      .toBe('active');
    await admin.query('SELECT pg_terminate_backend($1)', [pid]);
    expect(await slow).toMatchObject({ status: 502 });
    expect(await value(target, 'SELECT 1')).toBe('1');
  });
});

describe('what is bounded', () => {
  it('a statement that takes too long is ended by the server', async () => {
    const target = backend({ statementTimeoutMs: 200 });
    await expect(run(target, 'SELECT pg_sleep(20)')).rejects.toMatchObject({ fields: { code: '57014' } });
  });

  it('connections are: who has to wait too long is told so, and nothing was executed', async () => {
    const target = backend({ maxConnections: 2, connectionTimeoutMs: 300 });
    await run(target, 'CREATE TABLE executed (id integer)');
    const busy = [1, 2].map(() => run(target, 'SELECT pg_sleep(2)'));
    await expect.poll(() => connectionCount(people.owner)).toBe(2);
    await expect(run(target, 'INSERT INTO executed VALUES (1)')).rejects.toMatchObject({ status: 503 });
    await Promise.all(busy);
    expect(await connectionCount(people.owner)).toBe(2);
    expect(await value(target, 'SELECT count(*) FROM executed')).toBe('0');
  });

  it('credentials with connections are: the idle ones longest unused make room', async () => {
    const target = backend({ maxPools: 1 });
    await run(target, 'SELECT 1', { user: people.guest });
    await run(target, 'SELECT 1');
    await expect.poll(() => connectionCount(people.guest)).toBe(0);
    const busy = run(target, 'SELECT pg_sleep(1)');
    await expect(run(target, 'SELECT 1', { user: people.guest })).rejects.toMatchObject({ status: 503 });
    await busy;
  });

  it('a request whose client has gone is not begun', async () => {
    const target = backend();
    await run(target, 'CREATE TABLE abandoned (id integer)');
    const insert = run(target, 'INSERT INTO abandoned VALUES (1)', { signal: AbortSignal.abort() });
    await expect(insert).rejects.toBeInstanceOf(GatewayError);
    expect(await value(target, 'SELECT count(*) FROM abandoned')).toBe('0');
  });
});

it('a server that is not there is 503, and the check says so', async () => {
  const url = new URL(upstream);
  url.port = String(await freePort());
  const target = backend({ upstream: url.href });
  await expect(run(target, 'SELECT 1')).rejects.toMatchObject({ status: 503 });
  await expect(target.check()).rejects.toMatchObject({ status: 503 });
  await backend().check();
});

it('batches of several sessions do run at the same time', async () => {
  const target = backend();
  const [one, two] = await Promise.all(
    ['SELECT pg_backend_pid()', 'SELECT pg_backend_pid()'].map((text) =>
      run(target, [text, 'SELECT pg_sleep(0.3)']),
    ),
  );
  expect(one?.[0]?.rows).not.toEqual(two?.[0]?.rows);
});
