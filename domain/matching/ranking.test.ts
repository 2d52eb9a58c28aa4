import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, NO_STANDING, RANKING_WEIGHTS, rankCandidates, rankingFactors } from './ranking.ts';

const count = fc.integer({ min: 0, max: 5_000 });
const seconds = fc.double({ min: 0, max: 1e7, noNaN: true });
const meters = fc.double({ min: 0, max: 2e7, noNaN: true });
const stars = fc.double({ min: 1, max: 5, noNaN: true });

const candidate: fc.Arbitrary<Candidate> = fc.record({
  id: fc.uuid(),
  distanceMeters: fc.option(meters),
  standing: fc.record({
    ratingAverage: fc.option(stars),
    ratingCount: count,
    completedOrders: count,
    abandonedOrders: count,
    medianResponseSeconds: fc.option(seconds),
  }),
});
const candidates = fc.uniqueArray(candidate, { selector: ({ id }) => id, maxLength: 40 });

const scoreOf = (one: Candidate) => rankCandidates([one])[0]?.score ?? Number.NaN;
const newcomer: Candidate = { id: 'n', distanceMeters: 1_000, standing: NO_STANDING };
const withStanding = (standing: Partial<Candidate['standing']>): Candidate => ({
  ...newcomer,
  standing: { ...NO_STANDING, ...standing },
});

describe('rankCandidates', () => {
  it('scores everyone, and each factor, between 0 and 1, best first', () => {
    fc.assert(
      fc.property(candidates, (all) => {
        const ranked = rankCandidates(all);
        expect(ranked).toHaveLength(all.length);
        for (const [index, { score, factors }] of ranked.entries()) {
          for (const value of [score, ...Object.values(factors)]) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
          }
          expect(score).toBeLessThanOrEqual(ranked[index - 1]?.score ?? 1);
        }
      }),
    );
  });

  it('gives the same ranking whatever order the candidates come in', () => {
    const shuffled = candidates.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(rankCandidates(other)).toEqual(rankCandidates(one));
      }),
    );
    const twins = ['c', 'a', 'b'].map((id) => ({ ...newcomer, id }));
    expect(rankCandidates(twins).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('never ranks somebody lower for being nearer, better rated, quicker or more reliable', () => {
    const improvements: ((one: Candidate) => Candidate)[] = [
      (one) => ({ ...one, distanceMeters: (one.distanceMeters ?? 0) / 2 }),
      ({ standing, ...one }) => ({
        ...one,
        standing: { ...standing, ratingAverage: Math.min(5, (standing.ratingAverage ?? 4) + 0.5) },
      }),
      ({ standing, ...one }) => ({
        ...one,
        standing: { ...standing, medianResponseSeconds: (standing.medianResponseSeconds ?? 0) / 2 },
      }),
      ({ standing, ...one }) => ({
        ...one,
        standing: { ...standing, completedOrders: standing.completedOrders + 1 },
      }),
      ({ standing, ...one }) => ({
        ...one,
        standing: { ...standing, abandonedOrders: Math.max(0, standing.abandonedOrders - 1) },
      }),
    ];
    // Everything known: an improvement of what is unknown is not one.
    const known = candidate.filter(
      ({ distanceMeters, standing }) =>
        distanceMeters !== null && standing.ratingAverage !== null && standing.medianResponseSeconds !== null,
    );
    fc.assert(
      fc.property(known, fc.constantFrom(...improvements), (one, improve) => {
        expect(scoreOf(improve(one))).toBeGreaterThanOrEqual(scoreOf(one));
      }),
    );
  });

  it('prefers strictly, all else being equal', () => {
    const better: [Candidate, Candidate][] = [
      [{ ...newcomer, distanceMeters: 500 }, newcomer],
      [
        withStanding({ ratingAverage: 4.8, ratingCount: 30 }),
        withStanding({ ratingAverage: 4.1, ratingCount: 30 }),
      ],
      [withStanding({ medianResponseSeconds: 60 }), withStanding({ medianResponseSeconds: 3_600 })],
      [withStanding({ completedOrders: 20 }), withStanding({ completedOrders: 20, abandonedOrders: 5 })],
    ];
    for (const [one, other] of better) expect(scoreOf(one)).toBeGreaterThan(scoreOf(other));
  });

  it('believes many ratings more than one', () => {
    const one = withStanding({ ratingAverage: 5, ratingCount: 1 });
    const many = withStanding({ ratingAverage: 4.8, ratingCount: 200 });
    expect(rankingFactors(many).rating).toBeGreaterThan(rankingFactors(one).rating);
    const unlucky = withStanding({ ratingAverage: 1, ratingCount: 1 });
    expect(rankingFactors(unlucky).rating).toBeGreaterThan(0.5);
  });

  it('neither shuts out nor prefers somebody of whom nothing is known', () => {
    const unknown = scoreOf({ ...newcomer, distanceMeters: null });
    const good = {
      ratingAverage: 4.9,
      ratingCount: 100,
      completedOrders: 100,
      abandonedOrders: 0,
      medianResponseSeconds: 30,
    };
    const bad = {
      ratingAverage: 1.5,
      ratingCount: 100,
      completedOrders: 5,
      abandonedOrders: 40,
      medianResponseSeconds: 86_400,
    };
    expect(unknown).toBeLessThan(scoreOf({ ...withStanding(good), distanceMeters: 200 }));
    expect(unknown).toBeGreaterThan(scoreOf({ ...withStanding(bad), distanceMeters: 20_000 }));
  });

  it('gives for what is missing what the middling get', () => {
    const unknown = rankingFactors({ distanceMeters: null, standing: NO_STANDING });
    expect(unknown).toEqual(
      rankingFactors({
        distanceMeters: 3_000,
        standing: {
          ratingAverage: 4,
          ratingCount: 50,
          completedOrders: 8,
          abandonedOrders: 2,
          medianResponseSeconds: 600,
        },
      }),
    );
  });

  it('keeps what else a candidate carries', () => {
    expect(rankCandidates([{ ...newcomer, message: 'hello' }])[0]?.message).toBe('hello');
  });
});

describe('RANKING_WEIGHTS', () => {
  it('add up to 1', () => {
    expect(Object.values(RANKING_WEIGHTS).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  });
});
