/** What a provider's past says of them. Plain counts and averages, so that they can be kept and added up anywhere. */
export type ProviderStanding = {
  /** 1 to 5; null without ratings. */
  readonly ratingAverage: number | null;
  readonly ratingCount: number;
  readonly completedOrders: number;
  /** Orders that they were accepted for and then cancelled or did not turn up to. */
  readonly abandonedOrders: number;
  /** From the announcement of an order to their application; null when they never applied. */
  readonly medianResponseSeconds: number | null;
};

/** The standing of somebody of whom nothing is known yet. */
export const NO_STANDING: ProviderStanding = {
  ratingAverage: null,
  ratingCount: 0,
  completedOrders: 0,
  abandonedOrders: 0,
  medianResponseSeconds: null,
};

/** Somebody to rank: an application or a provider, by its id. */
export type Candidate = {
  readonly id: string;
  readonly distanceMeters: number | null;
  readonly standing: ProviderStanding;
};

/** How well a candidate does in each respect, 0 to 1. */
export type RankingFactors = {
  readonly distance: number;
  readonly rating: number;
  readonly response: number;
  readonly reliability: number;
};

/** A candidate with its score, 0 to 1, and what it is made of. */
export type Ranked<T extends Candidate> = T & { readonly score: number; readonly factors: RankingFactors };

/** How much each respect counts. They add up to 1. */
export const RANKING_WEIGHTS: RankingFactors = {
  distance: 0.35,
  rating: 0.3,
  response: 0.15,
  reliability: 0.2,
};

/** An order is offered to so many providers, the best ones. */
export const OFFER_LIMIT = 50;

/** Each further half distance or half time halves the score; who is unknown scores as if at one. */
const HALF_DISTANCE_METERS = 3_000;
const HALF_RESPONSE_SECONDS = 600;
const NEUTRAL = 0.5;

/** Few ratings or orders say little: everyone starts as if they had had these already (Bayesian averages). */
const PRIOR_RATING = 4;
const PRIOR_RATINGS = 5;
const PRIOR_RELIABILITY = 0.8;
const PRIOR_ORDERS = 5;

/** The four factors of a candidate. What is missing counts as neutral: neither shut out nor preferred. */
export function rankingFactors({ distanceMeters, standing }: Omit<Candidate, 'id'>): RankingFactors {
  const { ratingAverage, ratingCount, completedOrders, abandonedOrders, medianResponseSeconds } = standing;
  const ratings = ratingAverage === null ? 0 : ratingCount;
  const rating = smoothed((ratingAverage ?? PRIOR_RATING) * ratings, ratings, PRIOR_RATING, PRIOR_RATINGS);
  return {
    distance: halving(distanceMeters, HALF_DISTANCE_METERS),
    rating: (rating - 1) / 4,
    response: halving(medianResponseSeconds, HALF_RESPONSE_SECONDS),
    reliability: smoothed(
      completedOrders,
      completedOrders + abandonedOrders,
      PRIOR_RELIABILITY,
      PRIOR_ORDERS,
    ),
  };
}

/**
 * Ranks candidates, best first, by the weighted sum of their factors: the applications to an order for its creator, and
 * the providers around an order for its offers. Equal scores are ordered by id, so the same candidates in
 * any order give the same ranking.
 */
export function rankCandidates<T extends Candidate>(candidates: readonly T[]): Ranked<T>[] {
  return candidates
    .map((candidate) => {
      const factors = rankingFactors(candidate);
      return { ...candidate, score: weigh(factors), factors };
    })
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}

function weigh(factors: RankingFactors): number {
  const score =
    RANKING_WEIGHTS.distance * factors.distance +
    RANKING_WEIGHTS.rating * factors.rating +
    RANKING_WEIGHTS.response * factors.response +
    RANKING_WEIGHTS.reliability * factors.reliability;
  // Rounding may carry a sum of perfect factors past 1.
  return Math.min(1, score);
}

/** 1 at nothing, one half at `half`, towards 0 far beyond. */
function halving(value: number | null, half: number): number {
  return value === null ? NEUTRAL : 0.5 ** (value / half);
}

/** The mean of `count` observations that sum to `sum`, drawn towards a prior worth `weight` observations. */
function smoothed(sum: number, count: number, prior: number, weight: number): number {
  return (sum + prior * weight) / (count + weight);
}
