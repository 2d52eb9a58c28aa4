import type { NearbyOrder, RankedApplication } from '#contract/orders.ts';
import type { Person } from '../api.ts';
import type { LiveSocket } from '../live-socket.ts';
import { CATHEDRAL } from '../route.ts';
import { expect, type Stage } from '../stage.ts';
import { table } from '../timeline.ts';
import type { Application, Notice } from '../wire-types.ts';
import { haveCard, showHeld } from './money.ts';

type News = { readonly creatorNews: LiveSocket; readonly nearNews: LiveSocket };

/** Both providers apply, the creator sees them ranked and accepts the near one. */
export async function bidAndAccept(stage: Stage, orderId: string, news: News): Promise<void> {
  const { creator, near, far } = stage.cast;
  await findNearby(stage, orderId);
  await apply(stage, far, orderId, 32, 'I live next door.');
  const chosen = await apply(stage, near, orderId, 28, 'On my way, with a gimbal.');
  await news.creatorNews.event<Notice>('notice', isAbout('application_received', orderId));
  await showRanking(stage, orderId);

  const card = await haveCard(stage);
  const { timeline } = stage;
  const accepted = await creator.post(`/orders/${orderId}/accept`, {
    applicationId: chosen.id,
    paymentMethodId: card.id,
  });
  timeline.say(creator.name, `accepts ${near.name} (${timeline.measure('command: accept', accepted.ms)})`);
  const notice = await news.nearNews.event<Notice>('notice', isAbout('application_accepted', orderId));
  const reached = timeline.measure('accept → provider hears', notice.at - accepted.sentAt);
  timeline.say(near.name, `hears of it ${reached} after the click`);
  await showHeld(stage, orderId, card);
}

/** Who is not connected finds the order on the map. */
async function findNearby({ cast: { far }, timeline }: Stage, orderId: string): Promise<void> {
  const around = `latitude=${CATHEDRAL.latitude}&longitude=${CATHEDRAL.longitude}&radius=3000&limit=50`;
  const { data, ms } = await far.get<{ items: NearbyOrder[] }>(`/orders/nearby?${around}`);
  const found = data.items.find(({ id }) => id === orderId);
  expect(found !== undefined, `${far.name} to find the order nearby`);
  expect(found.location.precision === 'cell', 'the exact place to be hidden nearby');
  const took = timeline.measure('query: nearby', ms);
  timeline.say(far.name, `was not connected, and finds it among ${data.items.length} nearby (${took})`);
}

async function apply(
  { timeline }: Stage,
  provider: Person,
  orderId: string,
  proposedAmount: number,
  message: string,
): Promise<Application> {
  const { data, ms } = await provider.post<{ application: Application }>(`/orders/${orderId}/applications`, {
    proposedAmount,
    message,
    estimatedArrival: new Date(Date.now() + 20 * 60_000).toISOString(),
  });
  timeline.say(
    provider.name,
    `applies for ${proposedAmount} EUR (${timeline.measure('command: apply', ms)})`,
  );
  return data.application;
}

async function showRanking({ cast: { creator }, timeline }: Stage, orderId: string): Promise<void> {
  const { data } = await creator.get<{ items: RankedApplication[] }>(`/orders/${orderId}/applications`);
  const scores = data.items.map(({ score }) => score);
  expect(scores.length === 2, 'two applications');
  expect(scores.join() === scores.toSorted((a, b) => b - a).join(), 'the applications ranked, best first');
  const rows = data.items.map(({ provider, proposedAmount, distanceMeters, score }, index) => [
    `${index + 1}.`,
    provider.username,
    `${proposedAmount} EUR`,
    distanceMeters === null ? 'unknown' : `${Math.round(distanceMeters)} m`,
    provider.rating === null ? 'none' : `${provider.rating.toFixed(1)} (${provider.ratingCount})`,
    score.toFixed(2),
  ]);
  timeline.say(creator.name, 'sees them ranked:');
  timeline.show(table(['', 'provider', 'asks', 'distance', 'rating', 'score'], rows));
}

function isAbout(about: string, orderId: string) {
  return (notice: Notice) => notice.about === about && notice.orderId === orderId;
}
