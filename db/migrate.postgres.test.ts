import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { migratePostgres } from './migrate.ts';

const database = `migrate_${randomUUID().slice(0, 8)}`;
let admin: pg.Client;
let url: string;

beforeAll(async () => {
  const adminUrl = inject('postgresAdminUrl');
  if (!adminUrl) throw new Error('these tests need TEST_DATABASE=postgres');
  admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${database}`);
  const own = new URL(adminUrl);
  own.pathname = `/${database}`;
  url = own.href;
});
afterAll(async () => {
  await admin.query(`DROP DATABASE ${database} WITH (FORCE)`);
  await admin.end();
});

it('two at once apply everything, once', async () => {
  const [one, two] = await Promise.all([migratePostgres(url), migratePostgres(url)]);
  expect([one, two].filter((files) => files.length > 0)).toHaveLength(1);
});

it('the command says that there is nothing to do, and fails clearly on a changed history', async () => {
  const program = fileURLToPath(new URL('./migrate.ts', import.meta.url));
  const migrate = () =>
    promisify(execFile)(process.execPath, [program], { env: { ...process.env, DATABASE_URL: url } });
  expect((await migrate()).stdout).toContain('Nothing to migrate');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("UPDATE drizzle.__drizzle_migrations SET hash = 'other'");
  await client.end();
  await expect(migrate()).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('.sql is not what was applied'),
  });
});
