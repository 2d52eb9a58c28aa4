import type { RankedApplication } from '#contract/orders.ts';
import { NO_STANDING, type ProviderStanding, rankCandidates } from '#domain/matching/ranking.ts';
import { APPLICATION_STATUSES, type Application } from '#domain/orders/order.ts';
import { viewApplication } from '#domain/orders/order-view.ts';

/**
 * Applications as they are listed: those that can still be chosen first, each kind by rank. `standings` are those of
 * their providers, by id.
 */
export function rankedApplicationViews(
  applications: Application[],
  currency: string,
  standings: ReadonlyMap<string, ProviderStanding & { username: string }>,
): RankedApplication[] {
  const candidates = applications.map((application) => {
    const standing = standings.get(application.providerId);
    return {
      id: application.id,
      distanceMeters: application.distanceMeters,
      standing: standing ?? NO_STANDING,
      username: standing?.username ?? '',
      application,
    };
  });
  return rankCandidates(candidates)
    .sort((a, b) => placeOf(a.application) - placeOf(b.application))
    .map(({ application, standing, username, score }) => ({
      ...viewApplication(application, currency),
      provider: {
        id: application.providerId,
        username,
        rating: standing.ratingAverage,
        ratingCount: standing.ratingCount,
        completedOrders: standing.completedOrders,
      },
      score,
    }));
}

/** The order in which statuses are declared is that of how much they still matter. */
function placeOf({ status }: Application): number {
  return APPLICATION_STATUSES.indexOf(status);
}
