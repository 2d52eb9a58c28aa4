import { useState } from 'react';
import type { SavedCardView } from '#contract/payments.ts';
import { Icon } from '../ui/icon.tsx';
import { Problem } from '../ui/problem.tsx';
import { comingBack, hereAgain, leaveFor } from './pages-elsewhere.ts';
import { useSaveCard } from './queries.ts';

/** Stripe's test payment methods that are of use for trying things out (https://docs.stripe.com/testing). */
const TEST_CARDS = [
  { id: 'pm_card_visa', name: 'Visa 4242', what: 'Works' },
  { id: 'pm_card_mastercard', name: 'Mastercard 4444', what: 'Works' },
  { id: 'pm_card_authenticationRequired', name: 'Visa 3184', what: 'Its bank asks you each time' },
  { id: 'pm_card_chargeCustomerFail', name: 'Visa 0341', what: 'Can be saved; every payment is declined' },
  { id: 'pm_card_chargeDeclined', name: 'Visa 0002', what: 'Is declined' },
  {
    id: 'pm_card_chargeDeclinedInsufficientFunds',
    name: 'Visa 9995',
    what: 'Is declined: not enough money on it',
  },
  { id: 'pm_card_createDispute', name: 'Visa 0259', what: 'Works; then its bank disputes the payment' },
] as const;

type Props = { onAdded: (card: SavedCardView | null) => void };

/** Where a simulator stands in for Stripe: cards to choose from, since no number is typed in anywhere. */
export function TestCards({ onAdded }: Props) {
  const save = useSaveCard();
  const [isLeaving, setLeaving] = useState(false);
  const isBusy = save.isPending || isLeaving;
  const choose = (id: string) => {
    if (isBusy) return;
    save.mutate(id, {
      onSuccess: async ({ paymentMethod, setup }) => {
        if (!setup.actionUrl) return onAdded(paymentMethod);
        setLeaving(true);
        await leaveFor(comingBack(setup.actionUrl, hereAgain()));
        setLeaving(false);
        onAdded(null);
      },
    });
  };
  return (
    <section className="test-cards" aria-label="Test cards">
      <p>
        <strong>Test cards</strong>
        <small>Payments are simulated on this system: no bank, no money.</small>
      </p>
      {save.error && <Problem error={save.error} />}
      <ul>
        {TEST_CARDS.map(({ id, name, what }) => (
          <li key={id}>
            <button
              type="button"
              className="test-card"
              aria-busy={isBusy && save.variables === id}
              aria-disabled={isBusy || undefined}
              onClick={() => choose(id)}
            >
              <Icon name="card" />
              <span>
                <strong>{name}</strong>
                <small>{what}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
