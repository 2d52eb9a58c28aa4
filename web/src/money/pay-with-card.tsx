import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import type { SavedCardView } from '#contract/payments.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { AddCard } from './add-card.tsx';
import { cardExpiry, cardName, isExpired } from './cards.ts';
import { cardsQuery } from './queries.ts';
import './money.css';

type Props = {
  /** What paying means: how much is taken, and when. */
  children: ReactNode;
  label: string;
  isPending: boolean;
  /** Why the last card would not do. */
  error: unknown;
  onPay: (paymentMethodId: string) => void;
  onBack?: () => void;
};

/** Which card pays: one that was saved, or one that is added here. */
export function PayWithCard({ children, label, isPending, error, onPay, onBack }: Props) {
  const { data, error: unread, refetch } = useQuery(cardsQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const [isAdding, setAdding] = useState(false);
  const cards = data?.items;
  const usable = cards?.filter((card) => !isExpired(card, new Date()));
  const paying = usable?.find(({ id }) => id === chosen) ?? usable?.[0];
  const mustAdd = usable?.length === 0;
  return (
    <div className="pay">
      {children}
      {unread && !cards && <Problem error={unread} onRetry={() => void refetch()} />}
      {!unread && !cards && <Skeleton rows={1} height={56} label="Loading your cards" />}
      {cards && cards.length > 0 && (
        <CardList cards={cards} chosen={paying?.id ?? null} onChoose={setChosen} />
      )}
      {mustAdd && <p>{cards?.length === 0 ? 'You have no card yet. Add one to pay with.' : 'Add a card.'}</p>}
      {cards && (isAdding || mustAdd) && (
        <AddCard
          onAdded={(card) => {
            setAdding(false);
            setChosen(card?.id ?? null);
          }}
        />
      )}
      {usable && usable.length > 0 && (
        <Button kind="quiet" className="pay-add" onClick={() => setAdding((before) => !before)}>
          {isAdding ? (
            'Rather one that is saved'
          ) : (
            <>
              <Icon name="plus" size={16} /> Another card
            </>
          )}
        </Button>
      )}
      {error != null && <Problem error={error} />}
      <div className={onBack ? 'form-row' : 'pay-only'}>
        {onBack && <Button onClick={onBack}>Back</Button>}
        {paying && !isAdding && (
          <Button kind="primary" pending={isPending} onClick={() => onPay(paying.id)}>
            {label}
          </Button>
        )}
      </div>
    </div>
  );
}

type ListProps = {
  cards: readonly SavedCardView[];
  chosen: string | null;
  onChoose: (id: string) => void;
};

function CardList({ cards, chosen, onChoose }: ListProps) {
  const name = useId();
  return (
    <fieldset className="card-choice">
      <legend>Pay with</legend>
      {cards.map((card) => {
        const expired = isExpired(card, new Date());
        return (
          <label key={card.id} className="card-option">
            <input
              type="radio"
              name={name}
              checked={card.id === chosen}
              disabled={expired}
              onChange={() => onChoose(card.id)}
            />
            <Icon name="card" />
            <span>{cardName(card)}</span>
            <small>{expired ? 'expired' : cardExpiry(card)}</small>
          </label>
        );
      })}
    </fieldset>
  );
}
