import { describe, expect, it } from 'vitest';
import { percentile, table } from './timeline.ts';

describe('a percentile', () => {
  it('is the smallest value that so many do not exceed', () => {
    const values = [15, 20, 35, 40, 50];
    expect([5, 30, 40, 50, 100].map((share) => percentile(values, share))).toEqual([15, 20, 20, 35, 50]);
  });

  it('sorts numbers as numbers', () => {
    expect(percentile([100, 9, 20], 50)).toBe(20);
  });
});

it('a table aligns words to the left and numbers to the right', () => {
  expect(
    table(
      ['what', 'ms'],
      [
        ['apply', '7'],
        ['create an order', '120'],
      ],
    ),
  ).toBe(
    ['what             ms', '───────────────  ───', 'apply              7', 'create an order  120'].join(
      '\n',
    ),
  );
});
