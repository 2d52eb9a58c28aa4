import { type FormEvent, useState } from 'react';
import { ORDER_LIMITS } from '#domain/orders/order.ts';
import { Button } from '../ui/button.tsx';
import { TextArea } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useRate } from './queries.ts';
import './rating-form.css';

const STARS = [1, 2, 3, 4, 5] as const;

/** A verdict on the other party, once, after the end. */
export function RatingForm({ orderId, about }: { orderId: string; about: string }) {
  const [stars, setStars] = useState<number | null>(null);
  const rate = useRate(orderId);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (stars === null) return;
    const comment = String(new FormData(event.currentTarget).get('comment')).trim();
    rate.mutate({ rating: stars, comment: comment || null });
  };
  return (
    <form className="form rating" onSubmit={submit}>
      <fieldset>
        <legend>How was it with {about}?</legend>
        <div className="stars">
          {STARS.map((star) => (
            <label key={star} className={stars !== null && star <= stars ? 'star star-on' : 'star'}>
              <input
                type="radio"
                name="rating"
                value={star}
                required
                checked={stars === star}
                onChange={() => setStars(star)}
              />
              <span aria-hidden="true">★</span>
              <span className="visually-hidden">
                {star} {star === 1 ? 'star' : 'stars'}
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      {stars !== null && (
        <>
          <TextArea
            label="A word about it"
            name="comment"
            maxLength={ORDER_LIMITS.commentLength}
            hint="Optional."
          />
          {rate.error && <Problem error={rate.error} />}
          <Button type="submit" kind="primary" pending={rate.isPending}>
            Rate
          </Button>
        </>
      )}
    </form>
  );
}
