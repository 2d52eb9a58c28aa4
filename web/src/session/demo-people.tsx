import type { ClientConfig } from '#contract/config.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSignIn } from './sign-in-form.tsx';

/** What the demo people of a development system have in common; production has none of them. */
const DEMO_PASSWORD = 'demo-password';

/** One click signs in as somebody to try the app with. */
export function DemoPeople({ people }: { people: ClientConfig['demoPeople'] }) {
  const signIn = useSignIn();
  return (
    <section className="demo-people" aria-labelledby="demo-people-title">
      <h2 id="demo-people-title">Try it as</h2>
      <ul>
        {people.map(({ username, email, role }) => (
          <li key={email}>
            <button
              type="button"
              className="demo-person"
              aria-busy={signIn.isPending && signIn.variables.email === email}
              onClick={() => signIn.mutate({ email, password: DEMO_PASSWORD })}
            >
              <Avatar name={username} />
              <span className="demo-person-name">{username}</span>
              <span className="demo-person-role">{describe(role)}</span>
            </button>
          </li>
        ))}
      </ul>
      {signIn.error && <Problem error={signIn.error} />}
    </section>
  );
}

function describe(role: string): string {
  switch (role) {
    case 'creator':
      return 'orders streams';
    case 'provider':
      return 'provides streams';
    case 'both':
      return 'orders and provides';
    case 'admin':
      return 'settles disputes';
    default:
      return role;
  }
}
