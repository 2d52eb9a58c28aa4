import { addressOf } from '../router.ts';
import { Link } from '../ui/link.tsx';

/** From one list of orders to the other. */
export function OrderTabs({ current }: { current: 'explore' | 'own-orders' }) {
  const tab = (name: typeof current, label: string) => (
    <Link href={addressOf({ name, at: null })} aria-current={name === current ? 'page' : undefined}>
      {label}
    </Link>
  );
  return (
    <nav className="tabs" aria-label="Orders">
      {tab('explore', 'Nearby')}
      {tab('own-orders', 'Yours')}
    </nav>
  );
}
