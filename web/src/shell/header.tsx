import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { addressOf } from '../router.ts';
import { usePersonSocket } from '../session/person-socket.tsx';
import { Button } from '../ui/button.tsx';
import { Link } from '../ui/link.tsx';
import { Rings } from '../ui/rings.tsx';
import { AccountMenu } from './account-menu.tsx';

/** The name of the house, and who is at home. */
export function Header() {
  const { connection } = usePersonSocket();
  const signOut = useMutation({ mutationFn: api.signOut });
  return (
    <header className="header">
      <Link href={addressOf({ name: 'explore', at: null })} className="brand">
        <Rings size={28} live={connection === 'live'} />
        TapLive
      </Link>
      <AccountMenu />
      <Button kind="quiet" pending={signOut.isPending} onClick={() => signOut.mutate()}>
        Sign out
      </Button>
    </header>
  );
}
