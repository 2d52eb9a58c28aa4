import { addressOf } from '../router.ts';
import { Link } from '../ui/link.tsx';

/** From one page of admins to the other. */
export function AdminTabs({ current }: { current: 'disputes' | 'payment-steps' }) {
  const tab = (name: typeof current, label: string) => (
    <Link href={addressOf({ name })} aria-current={name === current ? 'page' : undefined}>
      {label}
    </Link>
  );
  return (
    <nav className="tabs" aria-label="Money">
      {tab('disputes', 'Disputes')}
      {tab('payment-steps', 'Payment steps')}
    </nav>
  );
}
