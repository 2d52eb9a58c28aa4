import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PGlite } from '@electric-sql/pglite';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import { migrate as applyToPostgres } from 'drizzle-orm/node-postgres/migrator';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { migrate as applyToPglite } from 'drizzle-orm/pglite/migrator';
import pg from 'pg';
import { z } from 'zod';

/** The project's migrations, as drizzle-kit writes them. */
export const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url));

/** Any number that no other program uses for an advisory lock in the same database. */
const migrationLock = 7_265_540_112;

/** The files and what a database says was applied to it are not the same history. */
export class MigrationHistoryError extends Error {
  override readonly name = 'MigrationHistoryError';
}

const journalSchema = z.object({ entries: z.array(z.object({ tag: z.string(), when: z.int() })) });

interface Migration {
  readonly file: string;
  readonly hash: string;
  /** Milliseconds since the epoch; drizzle applies what is newer than the newest recorded one. */
  readonly when: number;
}

interface AppliedMigration {
  readonly hash: string;
  readonly when: number;
}

/**
 * Brings the Postgres at `url` (over TCP) to the newest migration. Two at once wait for each other.
 * @returns the files that were applied now
 * @throws MigrationHistoryError before anything is applied
 */
export async function migratePostgres(url: string, folder = migrationsFolder): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  // A lost connection rejects the query that was running; without a listener it would end the process as well.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    const select = async (text: string) => (await client.query(text)).rows;
    return await migrate(folder, select, () =>
      applyToPostgres(drizzlePostgres(client), { migrationsFolder: folder }),
    );
  } finally {
    await client.end();
  }
}

/** The same for an embedded database that is open in this process. */
export function migratePglite(pglite: PGlite, folder = migrationsFolder): Promise<string[]> {
  const select = async (text: string) => (await pglite.query(text)).rows;
  return migrate(folder, select, () => applyToPglite(drizzlePglite(pglite), { migrationsFolder: folder }));
}

async function migrate(
  folder: string,
  select: (text: string) => Promise<unknown[]>,
  apply: () => Promise<void>,
): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const pending = verifyHistory(migrations, await readApplied(select));
  await apply();
  return pending.map(({ file }) => file);
}

/**
 * Drizzle's migrator looks only at the newest recorded time: it applies a changed file never, and skips a
 * file with an older time silently. This refuses both.
 * @returns the migrations still to be applied
 * @throws MigrationHistoryError naming the first file that differs
 */
export function verifyHistory(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  for (const [index, record] of applied.entries()) {
    const migration = migrations[index];
    const position = `migration ${index + 1} of the database's history`;
    if (!migration) {
      const time = new Date(record.when).toISOString();
      throw new MigrationHistoryError(`${position} (generated ${time}) has no file: is this checkout older?`);
    }
    if (migration.hash !== record.hash) {
      throw new MigrationHistoryError(
        `${migration.file} is not what was applied as ${position}: it was changed, moved or replaced since. ` +
          'Restore it and put the change into a new migration.',
      );
    }
  }
  const pending = migrations.slice(applied.length);
  let newest = Math.max(0, ...applied.map(({ when }) => when));
  for (const { file, when } of pending) {
    if (when <= newest) {
      throw new MigrationHistoryError(
        `${file} is dated before a migration that precedes it and would be skipped.`,
      );
    }
    newest = when;
  }
  return pending;
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const journal = journalSchema.parse(JSON.parse(await readFile(join(folder, 'meta/_journal.json'), 'utf8')));
  const contents = readMigrationFiles({ migrationsFolder: folder });
  return journal.entries.map(({ tag, when }, index) => {
    const content = contents[index];
    if (!content) throw new MigrationHistoryError(`${tag}.sql could not be read`);
    return { file: `${tag}.sql`, hash: content.hash, when };
  });
}

const recordsSchema = z.array(z.object({ hash: z.string(), created_at: z.coerce.number() }));

async function readApplied(select: (text: string) => Promise<unknown[]>): Promise<AppliedMigration[]> {
  const exists = await select("SELECT 1 WHERE to_regclass('drizzle.__drizzle_migrations') IS NOT NULL");
  if (exists.length === 0) return [];
  const records = await select('SELECT hash, created_at FROM drizzle.__drizzle_migrations ORDER BY id');
  return recordsSchema.parse(records).map(({ hash, created_at }) => ({ hash, when: created_at }));
}

if (import.meta.main) {
  const url = process.env.DATABASE_URL;
  try {
    if (!url) throw new Error('DATABASE_URL is not set');
    const files = await migratePostgres(url);
    console.log(files.length === 0 ? 'Nothing to migrate.' : `Applied ${files.join(', ')}.`);
  } catch (error) {
    console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
    if (error instanceof Error && error.cause) console.error(`  ${String(error.cause)}`);
    process.exitCode = 1;
  }
}
