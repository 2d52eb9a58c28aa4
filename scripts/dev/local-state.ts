import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The checkout's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** All that a development system keeps lies here; deleting it is starting over. One system runs from it at a time. */
export const STATE_FOLDER = process.env.TAPLIVE_STATE ?? join(ROOT, '.taplive');

const secretsSchema = z.object({ jwtSecret: z.string().min(32), databasePassword: z.string().min(16) });
export type Secrets = z.infer<typeof secretsSchema>;

/**
 * Where a system's data lies. The rooms' local state belongs to one database: what they remember of another would be
 * wrong, so each database has its own.
 */
export type DataFolders = {
  readonly base: string;
  readonly postgres: string;
  readonly objects: string;
  /** A file: what the Stripe simulator knows. Its customers and payments are those of the database. */
  readonly stripe: string;
};

/** @param databaseUrl null for the embedded database */
export function dataFolders(databaseUrl: string | null): DataFolders {
  const base = join(STATE_FOLDER, databaseUrl === null ? 'embedded' : `database-${fingerprint(databaseUrl)}`);
  return {
    base,
    postgres: join(base, 'postgres'),
    objects: join(base, 'objects'),
    stripe: join(base, 'stripe.json'),
  };
}

/** Forgets the embedded database and all that belongs to it. The checkout must be held. */
export async function resetData({ base }: DataFolders): Promise<void> {
  await rm(base, { recursive: true, force: true });
}

/** Forgets what the rooms keep beside a database that stays, and whose payments the simulator has to know. */
export async function resetObjects({ objects }: DataFolders): Promise<void> {
  await rm(objects, { recursive: true, force: true });
}

/** The secrets of this checkout's system, made once, readable by their owner only. */
export async function readSecrets(): Promise<Secrets> {
  const file = join(STATE_FOLDER, 'secrets.json');
  try {
    return secretsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    const random = (bytes: number) => randomBytes(bytes).toString('base64url');
    const secrets = { jwtSecret: random(48), databasePassword: random(24) };
    await mkdir(STATE_FOLDER, { recursive: true });
    await rm(file, { force: true }); // An existing file would keep its mode.
    await writeFile(file, JSON.stringify(secrets), { mode: 0o600 });
    return secrets;
  }
}

function fingerprint(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return createHash('sha256').update(`${host}${pathname}`).digest('hex').slice(0, 12);
}
