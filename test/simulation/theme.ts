import type { Chance } from './chance.ts';

/** What a schedule is about more than others: how many orders it has, and how likely some things are. */
export type Theme = {
  name: string;
  orders: readonly (readonly [number, number])[];
  /** Of an order: that it is far ahead, that its provider comes days later, that everybody applies. */
  farAhead: number;
  comesLate: number;
  /** That one order after the other is seen to, rather than all at once. */
  inTurn: number;
  /** Weights: that time passes, an admin gives back what was released, a hold is cancelled in the dashboard. */
  days: number;
  givenBackLate: number;
  holdLost: number;
};

const ORDINARY: Theme = {
  name: 'ordinary',
  orders: [
    [3, 1],
    [4, 2],
    [1, 3],
  ],
  farAhead: 0.25,
  comesLate: 0.1,
  inTurn: 0.2,
  days: 1,
  givenBackLate: 0.8,
  holdLost: 0.1,
};

const THEMES: readonly (readonly [number, Theme])[] = [
  [5, ORDINARY],
  [1.5, { ...ORDINARY, name: 'far ahead', orders: [[1, 1]], farAhead: 1, days: 3 }],
  [1, { ...ORDINARY, name: 'late arrival', orders: [[1, 1]], farAhead: 0.1, comesLate: 0.9, days: 3 }],
  [1, { ...ORDINARY, name: 'holds lost', orders: [[1, 1]], farAhead: 0.1, holdLost: 4 }],
  [
    2,
    {
      ...ORDINARY,
      name: 'one payee',
      orders: [
        [2, 2],
        [1, 3],
      ],
      farAhead: 0,
      inTurn: 0.9,
      days: 2,
      givenBackLate: 4,
    },
  ],
];

export function anyTheme(chance: Chance): Theme {
  return chance.weighed(THEMES);
}
