import type { PersonFrame } from '../realtime/frames.ts';
import type { Offer } from './offers.tsx';

const MOST = 20;

/** The offers on show after one more frame. An order offered anew, with changes, takes the place of its old offer. */
export function offersAfter(held: readonly Offer[], frame: PersonFrame): readonly Offer[] {
  switch (frame.event) {
    case 'offer:created':
      return [frame.data, ...without(held, frame.data.order.id)].slice(0, MOST);
    case 'offer:withdrawn':
      return without(held, frame.data.orderId);
    default:
      return held;
  }
}

function without(held: readonly Offer[], orderId: string): readonly Offer[] {
  return held.filter(({ order }) => order.id !== orderId);
}
