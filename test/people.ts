import { v7 as uuidv7 } from 'uuid';
import type { Database } from '#db/client.ts';
import { users } from '#db/schema/index.ts';
import type { Role } from '#domain/people/roles.ts';

/** Puts a new person straight into the record, for tests that need one but not how they came to be. Gives their id. */
export async function recordPerson(db: Database, role: Role, at: Date): Promise<string> {
  const id = uuidv7();
  await db.insert(users).values({
    id,
    username: id,
    email: `${id}@example.com`,
    passwordHash: 'none',
    role,
    lastActiveAt: at,
    createdAt: at,
    updatedAt: at,
  });
  return id;
}
