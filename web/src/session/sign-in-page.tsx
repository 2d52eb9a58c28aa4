import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { configQuery } from '../config/queries.ts';
import { ShowTeaser } from '../live/shows/show-teaser.tsx';
import { Choice } from '../ui/choice.tsx';
import { Rings } from '../ui/rings.tsx';
import { DemoPeople } from './demo-people.tsx';
import { RegisterForm } from './register-form.tsx';
import { SignInForm } from './sign-in-form.tsx';
import './sign-in-page.css';

const Globe = lazy(() => import('./globe.tsx'));

const WAYS = [
  { value: 'sign-in', label: 'Sign in' },
  { value: 'register', label: 'Create an account' },
] as const;

/** Where everyone comes in. The map and everything behind it are loaded only after this. */
export function SignInPage() {
  const [way, setWay] = useState<(typeof WAYS)[number]['value']>('sign-in');
  const { data: config } = useQuery(configQuery);
  return (
    <div className="sign-in">
      <header className="sign-in-stage">
        <p className="brand">
          <Rings live={false} />
          TapLive
        </p>
        <Suspense>
          <Globe />
        </Suspense>
        <h1>
          Tap a place on the map <em>and see it live.</em>
        </h1>
      </header>
      <main className="sign-in-panel">
        <ShowTeaser />
        {config && config.demoPeople.length > 0 && <DemoPeople people={config.demoPeople} />}
        <section className="sign-in-form" aria-label="Your account">
          <Choice legend="How to come in" options={WAYS} value={way} onChange={setWay} />
          {way === 'sign-in' ? <SignInForm /> : <RegisterForm />}
        </section>
      </main>
    </div>
  );
}
