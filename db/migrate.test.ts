import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedDatabase, openEmbeddedDatabase } from './gateway/embedded-database.ts';
import { MigrationHistoryError, migratePglite, verifyHistory } from './migrate.ts';

const hash = (content: string) => createHash('sha256').update(content).digest('hex');

describe('a history', () => {
  const files = ['a', 'b', 'c'].map((name, index) => ({
    file: `${name}.sql`,
    hash: hash(name),
    when: 1_000 + index,
  }));
  const applied = files.map((file) => ({ hash: file.hash, when: file.when }));

  it('that is the beginning of the files leaves the others to apply', () => {
    expect(verifyHistory(files, [])).toEqual(files);
    expect(verifyHistory(files, applied.slice(0, 2))).toEqual(files.slice(2));
    expect(verifyHistory(files, applied)).toEqual([]);
  });

  it('with a changed file is refused by the name of the file', () => {
    const changed = files.map((file) => (file.file === 'b.sql' ? { ...file, hash: hash('other') } : file));
    expect(() => verifyHistory(changed, applied)).toThrow(MigrationHistoryError);
    expect(() => verifyHistory(changed, applied)).toThrow('b.sql');
  });

  it('in another order is refused', () => {
    const swapped = [files[1], files[0], files[2]].filter((file) => file !== undefined);
    expect(() => verifyHistory(swapped, applied)).toThrow('b.sql');
  });

  it('longer than the files is refused', () => {
    expect(() => verifyHistory(files.slice(0, 2), applied)).toThrow('migration 3');
  });

  it('that a new file would be skipped in, for its older date, is refused', () => {
    const late = { file: 'late.sql', hash: hash('late'), when: 500 };
    expect(() => verifyHistory([...files, late], applied)).toThrow('late.sql');
    expect(() => verifyHistory([...files, late], [])).toThrow('late.sql');
  });
});

describe('migrating a database', () => {
  let parent: string;
  let database: EmbeddedDatabase;
  let folder: string;

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'taplive-migrate-'));
    database = await openEmbeddedDatabase(join(parent, 'data'));
  });
  afterAll(async () => {
    await database.close();
    await rm(parent, { recursive: true, force: true });
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(parent, 'migrations-'));
  });
  afterEach(async () => {
    await database.pglite.exec('DROP SCHEMA IF EXISTS drizzle CASCADE; DROP TABLE IF EXISTS one, two;');
  });

  async function writeMigrations(migrations: Record<string, string>): Promise<void> {
    await mkdir(join(folder, 'meta'), { recursive: true });
    const entries = Object.keys(migrations).map((tag, idx) => ({
      idx,
      version: '7',
      when: 1_000 + idx,
      tag,
      breakpoints: true,
    }));
    await writeFile(
      join(folder, 'meta/_journal.json'),
      JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
    );
    for (const [tag, content] of Object.entries(migrations))
      await writeFile(join(folder, `${tag}.sql`), content);
  }
  const tables = async () => {
    const { rows } = await database.pglite.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE tablename IN ('one', 'two') ORDER BY 1",
    );
    return rows.map(({ name }) => name);
  };
  const one =
    'CREATE EXTENSION IF NOT EXISTS postgis;\n--> statement-breakpoint\nCREATE TABLE one (id integer);';
  const two = 'CREATE TABLE two (id integer);';

  it('applies what is new, once, and says what it was', async () => {
    await writeMigrations({ '0000_one': one });
    expect(await migratePglite(database.pglite, folder)).toEqual(['0000_one.sql']);
    expect(await migratePglite(database.pglite, folder)).toEqual([]);
    await writeMigrations({ '0000_one': one, '0001_two': two });
    expect(await migratePglite(database.pglite, folder)).toEqual(['0001_two.sql']);
    expect(await tables()).toEqual(['one', 'two']);
  });

  it('applies nothing to a changed history', async () => {
    await writeMigrations({ '0000_one': one });
    await migratePglite(database.pglite, folder);
    await writeMigrations({ '0000_one': `${one} -- improved`, '0001_two': two });
    await expect(migratePglite(database.pglite, folder)).rejects.toThrow('0000_one.sql');
    expect(await tables()).toEqual(['one']);
  });

  it('applies nothing of a run with a failing migration', async () => {
    await writeMigrations({ '0000_one': one, '0001_two': 'CREATE TABLE two (id nonsense);' });
    await expect(migratePglite(database.pglite, folder)).rejects.toThrow();
    expect(await tables()).toEqual([]);
  });
});
