import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { addressOf } from '../router.ts';
import { usePersonSocket } from '../session/person-socket.tsx';
import { useUser } from '../session/user.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Link } from '../ui/link.tsx';
import { Rings } from '../ui/rings.tsx';

/** The name of the house, and who is at home. */
export function Header() {
  const user = useUser();
  const { connection } = usePersonSocket();
  const signOut = useMutation({ mutationFn: api.signOut });
  return (
    <header className="header">
      <Link href={addressOf({ name: 'explore', at: null })} className="brand">
        <Rings size={28} live={connection === 'live'} />
        TapLive
      </Link>
      <span className="header-user">
        <Avatar name={user.username} size="small" />
        {user.displayName ?? user.username}
      </span>
      <Button kind="quiet" pending={signOut.isPending} onClick={() => signOut.mutate()}>
        Sign out
      </Button>
    </header>
  );
}
