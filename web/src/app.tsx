import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useState, useSyncExternalStore } from 'react';
import { tokenStore } from './api/api.ts';
import { createQueryClient } from './api/query-client.ts';
import { SignInPage } from './session/sign-in-page.tsx';
import { Splash } from './ui/splash.tsx';

const SignedInApp = lazy(() => import('./signed-in-app.tsx'));

/** The app of whoever is signed in on this browser. Somebody else gets a new one: nothing read before is kept. */
export function App() {
  const userId = useSyncExternalStore(tokenStore.subscribe, () => tokenStore.read()?.userId ?? null);
  return <AppOf key={userId} signedIn={userId !== null} />;
}

function AppOf({ signedIn }: { signedIn: boolean }) {
  const [queryClient] = useState(createQueryClient);
  return (
    <QueryClientProvider client={queryClient}>
      {signedIn ? (
        <Suspense fallback={<Splash />}>
          <SignedInApp />
        </Suspense>
      ) : (
        <SignInPage />
      )}
    </QueryClientProvider>
  );
}
