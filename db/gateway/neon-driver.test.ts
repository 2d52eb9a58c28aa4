import { randomUUID } from 'node:crypto';
import { NeonDbError, type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless';
import { sql as drizzleSql, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/neon-http';
import { bigint, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

// Against the run's own gateway: whatever it stands in front of must behave like this.
neonConfig.fetchEndpoint = inject('databaseFetchEndpoint');
const databaseUrl = inject('databaseUrl');
const sql: NeonQueryFunction<false, false> = neon(databaseUrl);
const name = `gateway_test_${randomUUID().replaceAll('-', '')}`;

beforeAll(async () => {
  await sql.query(`CREATE TABLE ${name} (
    id integer PRIMARY KEY,
    total bigint CONSTRAINT ${name}_total CHECK (total >= 0),
    tags text[], data jsonb, at timestamptz, place geography(Point, 4326)
  )`);
});
afterAll(async () => {
  await sql.query(`DROP TABLE ${name}`);
});

const ids = async () => (await sql.query(`SELECT id FROM ${name} ORDER BY id`)).map(({ id }) => id);
const failure = (promise: Promise<unknown>): Promise<NeonDbError> =>
  promise.then(
    () => Promise.reject(new Error('it succeeded')),
    (error) => (error instanceof NeonDbError ? error : Promise.reject(error)),
  );

describe('values', () => {
  it('of every kind come back as they went', async () => {
    const at = new Date('2026-02-03T04:05:06.789Z');
    const [row] = await sql.query(
      `SELECT $1::text AS nothing, $2::text[] AS list, $3::jsonb AS json, $4::timestamptz AS at,
        $5::bigint AS big, $6::boolean AS yes, $7::float8 AS real, $8::text AS unicode, $9::bytea AS bytes, $10::uuid AS id`,
      [
        null,
        ['a', 'b,"c', null],
        { x: [1, null] },
        at,
        '9007199254740993',
        true,
        0.1,
        '😀\\n€',
        Buffer.from([0, 255]),
        '019a0000-0000-7000-8000-000000000000',
      ],
    );
    expect(row).toMatchObject({
      nothing: null,
      list: ['a', 'b,"c', null],
      json: { x: [1, null] },
      big: '9007199254740993',
      yes: true,
      real: 0.1,
      unicode: '😀\\n€',
      bytes: Buffer.from([0, 255]),
      id: '019a0000-0000-7000-8000-000000000000',
    });
    // Drizzle, once it is there, makes the driver leave times as text.
    expect(new Date(row?.at)).toEqual(at);
  });

  it('that are places keep their position', async () => {
    const [row] = await sql`SELECT ST_Y(p::geometry) AS latitude, ST_X(p::geometry) AS longitude
      FROM (SELECT ST_MakePoint(${13.4}, ${52.5})::geography AS p) AS places`;
    expect(row).toEqual({ latitude: 52.5, longitude: 13.4 });
  });

  it('say their command, count and columns', async () => {
    const full = neon(databaseUrl, { fullResults: true });
    const selected = await full.query('SELECT 1 AS one, NULL AS two');
    expect(selected).toMatchObject({ command: 'SELECT', rowCount: 1, rows: [{ one: 1, two: null }] });
    expect(selected.fields.map(({ name, dataTypeID }) => [name, dataTypeID])).toEqual([
      ['one', 23],
      ['two', 25],
    ]);
    const inserted = await full.query(`INSERT INTO ${name} (id) VALUES (901), (902)`);
    expect(inserted).toMatchObject({ command: 'INSERT', rowCount: 2, rows: [] });
    expect(await full.query(`DELETE FROM ${name} WHERE id > 900`)).toMatchObject({
      command: 'DELETE',
      rowCount: 2,
    });
  });
});

describe('an SQL error', () => {
  it('names its code, constraint, table and detail', async () => {
    const error = await failure(sql.query(`INSERT INTO ${name} (id, total) VALUES (1, -1)`));
    expect(error).toMatchObject({
      severity: 'ERROR',
      code: '23514',
      constraint: `${name}_total`,
      table: name,
      schema: 'public',
      detail: expect.stringContaining('Failing row'),
    });
    expect(error.message).toContain('violates check constraint');
  });

  it('says where in the statement it is, and the next statement works', async () => {
    expect(await failure(sql.query('SELECT nothing_like_it'))).toMatchObject({
      code: '42703',
      position: '8',
    });
    expect(await sql`SELECT 1 AS one`).toEqual([{ one: 1 }]);
  });
});

describe('what HTTP has no place for', () => {
  it.each([
    ['several statements in one string', 'SELECT 1; SELECT 2', '42601'],
    ['an opened transaction', 'BEGIN', '25001'],
    ['data copied in', 'COPY spatial_ref_sys FROM STDIN', null],
  ])('%s is refused, and what follows is untouched', async (_name, text, code) => {
    const error = await failure(sql.query(text));
    if (code) expect(error.code).toBe(code);
    // Two transactions, so neither is one that was left open.
    expect(await sql`SELECT txid_current()`).not.toEqual(await sql`SELECT txid_current()`);
  });

  it('a transaction ended inside a batch is refused', async () => {
    const error = await failure(sql.transaction([sql`SELECT 1`, sql`ROLLBACK`, sql`SELECT 2`]));
    expect(error.code).toBe('25001');
  });

  it('a setting made by one request is not met by the next', async () => {
    await sql`SET search_path TO nowhere`;
    for (let i = 0; i < 12; i += 1) {
      expect(await sql`SHOW search_path`).not.toEqual([{ search_path: 'nowhere' }]);
    }
  });

  it('a result larger than the gateway will hold is refused, and its batch undone', async () => {
    const insert = sql.query(`INSERT INTO ${name} (id) VALUES (77)`);
    const huge = sql`SELECT repeat('x', 1000000) FROM generate_series(1, 40)`;
    await expect(sql.transaction([insert, huge])).rejects.toThrow('larger than');
    expect(await ids()).not.toContain(77);
  });
});

describe('a batch', () => {
  it('is one transaction in the mode it asks for', async () => {
    const [first, second, mode] = await sql.transaction(
      [
        sql`SELECT txid_current()::text AS id`,
        sql`SELECT txid_current()::text AS id`,
        sql`SHOW transaction_isolation`,
      ],
      { isolationLevel: 'RepeatableRead' },
    );
    expect(first).toEqual(second);
    expect(mode).toEqual([{ transaction_isolation: 'repeatable read' }]);
  });

  it('that is read only may not write', async () => {
    const write = sql.query(`INSERT INTO ${name} (id) VALUES (5)`);
    expect(await failure(sql.transaction([write], { readOnly: true }))).toMatchObject({ code: '25006' });
  });

  it('with a failing statement leaves nothing behind', async () => {
    const insert = (id: number) => sql.query(`INSERT INTO ${name} (id) VALUES ($1)`, [id]);
    expect(await failure(sql.transaction([insert(10), insert(11), insert(10)]))).toMatchObject({
      code: '23505',
    });
    expect(await ids()).toEqual([]);
    await sql.transaction([insert(10), insert(11)]);
    expect(await ids()).toEqual([10, 11]);
  });

  it('never sees half of another one', async () => {
    await sql.query(`DELETE FROM ${name}`);
    await sql.query(`INSERT INTO ${name} (id, total) VALUES (1, 0), (2, 0)`);
    const move = () =>
      sql.transaction([
        sql.query(`UPDATE ${name} SET total = total + 1 WHERE id = 1`),
        sql.query(`UPDATE ${name} SET total = total + 1 WHERE id = 2`),
      ]);
    const look = () =>
      sql.transaction(
        [
          sql.query(`SELECT total FROM ${name} WHERE id = 1`),
          sql.query(`SELECT total FROM ${name} WHERE id = 2`),
        ],
        { isolationLevel: 'RepeatableRead' },
      );
    const looks = await Promise.all(Array.from({ length: 30 }, () => move().then(look)));
    for (const [one, two] of looks) expect(one).toEqual(two);
    expect(await sql.query(`SELECT total FROM ${name} ORDER BY id`)).toEqual([
      { total: '30' },
      { total: '30' },
    ]);
  });
});

describe('drizzle', () => {
  const table = pgTable(name, {
    id: integer().primaryKey(),
    total: bigint({ mode: 'bigint' }),
    tags: text().array(),
    data: jsonb(),
    at: timestamp({ withTimezone: true }),
  });
  const db = drizzle(sql);
  const row = {
    id: 50,
    total: 9_007_199_254_740_993n,
    tags: ['x', 'y'],
    data: { a: null },
    at: new Date(1_700_000_000_123),
  };

  it('reads back what it wrote, in a batch too', async () => {
    const [inserted, found, counted] = await db.batch([
      db.insert(table).values(row).returning(),
      db.select().from(table).where(eq(table.id, 50)),
      db.execute(drizzleSql`SELECT count(*)::int AS n FROM ${table} WHERE id = 50`),
    ]);
    expect(inserted).toEqual([row]);
    expect(found).toEqual([row]);
    expect(counted.rows).toEqual([{ n: 1 }]);
  });

  it('gives the code and constraint of an error as its cause', async () => {
    const promise = db.batch([db.insert(table).values({ id: 51 }), db.insert(table).values({ id: 51 })]);
    await expect(promise).rejects.toMatchObject({ code: '23505', constraint: `${name}_pkey` });
    expect(await db.select().from(table).where(eq(table.id, 51))).toEqual([]);
  });
});

it('nobody is let in with a wrong password, nor as an unknown user or to an unknown database', async () => {
  for (const change of ['password', 'username'] as const) {
    const url = new URL(databaseUrl);
    url[change] = 'wrong';
    await expect(neon(url.href)`SELECT 1`).rejects.toThrow('401');
  }
  const url = new URL(databaseUrl);
  url.pathname = '/unknown_database';
  await expect(neon(url.href)`SELECT 1`).rejects.toThrow();
});
