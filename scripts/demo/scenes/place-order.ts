import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveSocket } from '../live-socket.ts';
import { QUAY, RESTAURADORES } from '../route.ts';
import { expect, type Stage } from '../stage.ts';
import type { FixAnswer, Order } from '../wire-types.ts';

/** A position that contradicts the last one is believed after ten seconds or so. */
const MOST_TRIES = 30;

/**
 * The near provider stands at the beginning of the walk and is available. One who was at its end a moment ago is not
 * believed at once, and rightly so.
 */
export async function becomeAvailable({ cast: { near }, timeline }: Stage): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { data } = await near.put<FixAnswer>('/providers/me/location', { ...RESTAURADORES, accuracy: 8 });
    if (data.flagged === null) break;
    expect(tries < MOST_TRIES, `${near.name}'s position to be believed (${data.flagged})`);
    if (tries === 1) timeline.say(near.name, 'was far from here a moment ago, and waits to be believed');
    await sleep(1_000);
  }
  const { data } = await near.put<{ available: boolean }>('/providers/me/availability', { available: true });
  expect(data.available, `${near.name} to be available`);
  timeline.say(near.name, 'is at Restauradores, available, and listens');
}

/** The creator places the order; the available provider hears of it at once, without its exact place. */
export async function placeOrder(stage: Stage, nearNews: LiveSocket): Promise<Order> {
  const { creator, near } = stage.cast;
  const { timeline } = stage;
  const placed = await creator.post<{ order: Order }>('/orders', {
    title: 'The river from Cais das Colunas',
    description: 'Ten minutes between the two columns, looking south.',
    location: { ...QUAY, address: 'Cais das Colunas, Praça do Comércio, Lisboa', locality: 'Baixa, Lisbon' },
    serviceRadius: 3_000,
    baseAmount: 25,
    currency: 'EUR',
    tags: ['river', 'square'],
  });
  const { order } = placed.data;
  expect(order.status === 'pending', 'the order to be pending');
  const answered = timeline.measure('command: create', placed.ms);
  timeline.say(creator.name, `places "${order.title}" for 25 EUR (${answered})`);

  const offer = await nearNews.event<{ order: Order; distanceMeters: number }>(
    'offer:created',
    (offered) => offered.order.id === order.id,
  );
  const { order: offered, distanceMeters } = offer.frame.data;
  expect(offered.location.precision === 'cell', 'the offer to hide the exact place');
  const took = timeline.measure('create → offer at the provider', offer.at - placed.sentAt);
  const away = Math.round(distanceMeters);
  timeline.say(near.name, `is offered it ${took} after the tap, ${away} m away, exact place hidden`);
  return order;
}
