import { eq, getTableColumns } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { users } from '../schema/index.ts';

/** A person as the record has them, without their password. */
export type UserRecord = Omit<typeof users.$inferSelect, 'passwordHash'>;

const { passwordHash: _, ...visible } = getTableColumns(users);

/** A person by their id, or null. */
export async function findUser(db: Database, userId: string): Promise<UserRecord | null> {
  const [found] = await db.select(visible).from(users).where(eq(users.id, userId));
  return found ?? null;
}
