import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { SavedCardView } from '#contract/payments.ts';
import { ApiError } from '../api/errors.ts';
import { useLastPlaceScene } from '../map/use-last-place.ts';
import { addressOf, navigate } from '../router.ts';
import { useMay } from '../session/user.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Link } from '../ui/link.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { AddCard } from './add-card.tsx';
import { cardExpiry, cardName, isExpired } from './cards.ts';
import { answerIn } from './pages-elsewhere.ts';
import { cardsQuery, useRemoveCard } from './queries.ts';
import './money.css';

/** The cards that one pays with. */
export function CardsPage() {
  const { data, error, isPending, refetch } = useQuery(cardsQuery);
  useLastPlaceScene();
  const [isAdding, setAdding] = useState(false);
  const answered = useBankAnswer();
  const mayPay = useMay('order:create');
  const cards = data?.items;
  return (
    <PageFrame title="Your cards">
      <Link className="back" href={addressOf({ name: 'explore', at: null })}>
        <Icon name="back" size={16} /> Orders nearby
      </Link>
      <h1>Your cards</h1>
      {!mayPay && <p className="muted">Your account provides streams; it has nothing to pay.</p>}
      {answered === 'succeeded' && (
        <p className="good-news" role="status">
          Your bank confirmed it: the card is saved.
        </p>
      )}
      {answered === 'failed' && (
        <p className="problem" role="alert">
          Your bank did not confirm that it is you, so the card was not saved.
        </p>
      )}
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton rows={2} height={64} label="Loading your cards" />}
      {cards && (
        <ul className="saved-cards" aria-label="Saved cards">
          {cards.map((card) => (
            <SavedCard key={card.id} card={card} />
          ))}
        </ul>
      )}
      {cards?.length === 0 && !isAdding && (
        <p className="empty muted">
          None yet. A card is asked for when you choose who streams for you; you can save one before.
        </p>
      )}
      {cards && mayPay && (
        <>
          {isAdding && <AddCard onAdded={() => setAdding(false)} />}
          <Button kind={isAdding ? 'plain' : 'primary'} onClick={() => setAdding(!isAdding)}>
            {isAdding ? (
              'Back'
            ) : (
              <>
                <Icon name="plus" size={16} /> Add a card
              </>
            )}
          </Button>
        </>
      )}
    </PageFrame>
  );
}

/** What the bank's page said on sending its customer back here; the address forgets it. */
function useBankAnswer() {
  const [answer] = useState(() => answerIn(window.location.search));
  useEffect(() => {
    if (answer) navigate(addressOf({ name: 'cards' }), { replace: true });
  }, [answer]);
  return answer;
}

function SavedCard({ card }: { card: SavedCardView }) {
  const [isAsked, setAsked] = useState(false);
  const remove = useRemoveCard();
  const orderId = orderThatNeeds(remove.error);
  return (
    <li className="saved-card">
      <Icon name="card" />
      <p>
        <strong>{cardName(card)}</strong>
        <small className={isExpired(card, new Date()) ? 'expired' : undefined}>
          {isExpired(card, new Date()) ? 'expired' : 'expires'} {cardExpiry(card)}
        </small>
      </p>
      {isAsked ? (
        <span className="saved-card-asked">
          <Button kind="quiet" onClick={() => setAsked(false)} autoFocus>
            Keep
          </Button>
          <Button
            kind="danger"
            pending={remove.isPending}
            aria-label={`Really remove ${cardName(card)}`}
            onClick={() => remove.mutate(card.id, { onError: () => setAsked(false) })}
          >
            Remove
          </Button>
        </span>
      ) : (
        <Button kind="quiet" aria-label={`Remove ${cardName(card)}`} onClick={() => setAsked(true)}>
          Remove
        </Button>
      )}
      {remove.error && (
        <div className="saved-card-problem">
          <Problem error={remove.error} />
          {orderId && <Link href={addressOf({ name: 'order', orderId })}>To that order</Link>}
        </div>
      )}
    </li>
  );
}

/** The order that a card is still needed for, where that is why it is not removed. */
function orderThatNeeds(error: unknown): string | null {
  const details = error instanceof ApiError ? error.details : undefined;
  if (!details || Array.isArray(details)) return null;
  return typeof details.orderId === 'string' ? details.orderId : null;
}
