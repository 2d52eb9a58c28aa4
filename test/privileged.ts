import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { database } from '#db/client.ts';
import { users } from '#db/schema/index.ts';
import { person } from '#durable-objects/stubs.ts';
import { register, type TestPerson } from './client.ts';

/** Somebody with a role or plan that nobody can give themselves. */
export async function registerAs(change: { role?: 'admin'; plan?: 'premium' }): Promise<TestPerson> {
  const someone = await register('both');
  await database(env).update(users).set(change).where(eq(users.id, someone.id));
  await person(env, someone.id).recordChanged(someone.id);
  return someone;
}

/** A new admin. */
export function registerAdmin(): Promise<TestPerson> {
  return registerAs({ role: 'admin' });
}
