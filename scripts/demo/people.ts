import type { ClientConfig } from '#contract/config.ts';
import { Person } from './api.ts';
import type { Cast } from './stage.ts';
import type { Timeline } from './timeline.ts';

/** What `npm run dev` prints beside its demo accounts. */
const DEMO_PASSWORD = 'demo-password';

/**
 * A creator and two providers: the demo people of the system if it tells of any, so that one can look at their order in
 * the web app afterwards; otherwise new ones.
 */
export async function gatherPeople(base: string, config: ClientConfig, timeline: Timeline): Promise<Cast> {
  const demoPeople = (role: string) => config.demoPeople.filter((person) => person.role === role);
  const [creator] = demoPeople('creator');
  const [near, far] = demoPeople('provider');
  const enter = async (
    demo: ClientConfig['demoPeople'][number] | undefined,
    role: 'creator' | 'provider',
  ) => {
    const startedAt = performance.now();
    const person = demo ? await signIn(demo, base) : await register(role, base);
    const took = timeline.measure(demo ? 'sign in' : 'register', performance.now() - startedAt);
    timeline.say(person.name, `${demo ? 'signs in' : 'registers'} as ${role} (${took})`);
    return person;
  };
  return {
    creator: await enter(creator, 'creator'),
    near: await enter(near, 'provider'),
    far: await enter(far, 'provider'),
  };
}

async function signIn(
  { username, email }: { username: string; email: string },
  base: string,
): Promise<Person> {
  const person = new Person(username, base);
  await person.signIn(email, DEMO_PASSWORD);
  return person;
}

async function register(role: 'creator' | 'provider', base: string): Promise<Person> {
  const username = `${role}-${crypto.randomUUID().slice(0, 8)}`;
  const person = new Person(username, base);
  await person.register({ username, email: `${username}@example.com`, password: crypto.randomUUID(), role });
  return person;
}
