import type { SavedCardView } from '#contract/payments.ts';
import type { SavedCard } from '#payments/stripe/cards.ts';

export function viewCard({ createdAt, ...card }: SavedCard): SavedCardView {
  return { ...card, createdAt: createdAt.toISOString() };
}
