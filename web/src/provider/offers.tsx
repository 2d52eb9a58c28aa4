import { useEffect, useState } from 'react';
import { formatDistance } from '../format/distance.ts';
import { formatMoney } from '../format/money.ts';
import type { PersonFrame } from '../realtime/frames.ts';
import { addressOf, useAddress } from '../router.ts';
import { usePersonSocket } from '../session/person-socket.tsx';
import { Icon } from '../ui/icon.tsx';
import { Link } from '../ui/link.tsx';
import { offersAfter } from './offers-after.ts';
import './offers.css';

export type Offer = Extract<PersonFrame, { event: 'offer:created' }>['data'];

/** Orders that were offered to this provider, one at a time, the newest first, until they are looked at, dismissed or taken back. */
export function Offers() {
  const { listen } = usePersonSocket();
  const address = useAddress();
  const [offers, setOffers] = useState<readonly Offer[]>([]);

  useEffect(() => listen((frame) => setOffers((held) => offersAfter(held, frame))), [listen]);

  const dismiss = (orderId: string) => setOffers((held) => held.filter(({ order }) => order.id !== orderId));
  const [newest, ...rest] = offers.filter(
    ({ order }) => addressOf({ name: 'order', orderId: order.id }) !== address,
  );
  return (
    <div className="offers" aria-live="polite">
      {newest && (
        <OfferCard
          key={newest.order.id}
          offer={newest}
          others={rest.length}
          onGone={() => dismiss(newest.order.id)}
        />
      )}
    </div>
  );
}

type CardProps = { offer: Offer; others: number; onGone: () => void };

function OfferCard({ offer: { order, distanceMeters }, others, onGone }: CardProps) {
  return (
    <article className="offer" aria-label={`Offer: ${order.title}`}>
      <p className="offer-kicker">
        <span className="live-dot" aria-hidden="true" />
        New order {formatDistance(distanceMeters)} from you
      </p>
      <h3>{order.title}</h3>
      <p className="offer-actions">
        <strong>{formatMoney(order.baseAmount, order.currency)}</strong>
        {others > 0 && <span className="muted">and {others} more</span>}
        <Link
          className="button button-primary"
          href={addressOf({ name: 'order', orderId: order.id })}
          onClick={onGone}
        >
          Look at it
        </Link>
      </p>
      <button type="button" className="icon-button" aria-label={`Dismiss ${order.title}`} onClick={onGone}>
        <Icon name="close" size={16} />
      </button>
    </article>
  );
}
