import { queryOptions, useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, use } from 'react';
import type { OwnProfile } from '#contract/users.ts';
import type { Permission } from '#domain/people/roles.ts';
import { api } from '../api/api.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { Splash } from '../ui/splash.tsx';

const UserContext = createContext<OwnProfile | null>(null);

const ownProfileQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => api.get<OwnProfile>('/users/me', { signal }),
  staleTime: 5 * 60_000,
});

/** Shows its children once it is known who is signed in. */
export function UserGate({ children }: { children: ReactNode }) {
  const { data, error, refetch } = useQuery(ownProfileQuery);
  if (data) return <UserContext value={data}>{children}</UserContext>;
  if (!error) return <Splash />;
  return (
    <div className="splash">
      <Problem error={error} onRetry={() => void refetch()} />
      <Button kind="quiet" onClick={() => void api.signOut()}>
        Sign out
      </Button>
    </div>
  );
}

/** Whoever is signed in. */
export function useUser(): OwnProfile {
  const user = use(UserContext);
  if (!user) throw new Error('useUser outside of UserGate');
  return user;
}

/** Whether the signed-in person may do this. */
export function useMay(permission: Permission): boolean {
  return useUser().permissions.includes(permission);
}
