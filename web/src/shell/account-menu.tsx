import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { addressOf } from '../router.ts';
import { useMay, useUser } from '../session/user.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { Link } from '../ui/link.tsx';
import './account-menu.css';

/** Who is at home, and the way to what is theirs alone. */
export function AccountMenu() {
  const user = useUser();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const pages = usePages();
  const close = () => setOpen(false);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen) return;
    close();
    button.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears what the controls inside are given
    <div
      className="account"
      onKeyDown={onKeyDown}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) close();
      }}
    >
      <button
        ref={button}
        type="button"
        className="account-button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <Avatar name={user.username} size="small" />
        <span className="account-name">{user.displayName ?? user.username}</span>
        <Icon name="down" size={16} />
      </button>
      <nav id={id} className="account-pages" aria-label="Yours" hidden={!isOpen}>
        {pages.map(({ label, href }) => (
          <Link key={href} href={href} onClick={close}>
            {label}
          </Link>
        ))}
      </nav>
    </div>
  );
}

function usePages(): { label: string; href: string }[] {
  const mayCreate = useMay('order:create');
  const mayEarn = useMay('order:apply');
  const mayAdminister = useMay('payment:administer');
  return [
    { label: 'Your orders', href: addressOf({ name: 'own-orders', at: null }) },
    { label: 'Live shows', href: addressOf({ name: 'shows', list: 'live' }) },
    { label: 'Check your video', href: addressOf({ name: 'preflight' }) },
    ...(mayCreate ? [{ label: 'Your cards', href: addressOf({ name: 'cards' }) }] : []),
    ...(mayEarn
      ? [{ label: 'Your earnings', href: addressOf({ name: 'earnings', isLinkSpent: false }) }]
      : []),
    ...(mayAdminister
      ? [
          { label: 'Disputes', href: addressOf({ name: 'disputes' }) },
          { label: 'Payment steps', href: addressOf({ name: 'payment-steps' }) },
        ]
      : []),
  ];
}
