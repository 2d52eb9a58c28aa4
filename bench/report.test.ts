import { expect, test } from 'vitest';
import { advantage, table } from './report.ts';

test('the advantage says how many times better ours is, whichever way is better', () => {
  expect(advantage({ better: 'higher', ours: 30 }, 10)).toBe(3);
  expect(advantage({ better: 'lower', ours: 30 }, 10)).toBeCloseTo(1 / 3);
});

test('a line without a rival leaves its columns empty', () => {
  const line = {
    part: 'p',
    measurement: 'm',
    unit: 'ms',
    better: 'lower',
    ours: 1.2345,
    rival: 2469,
  } as const;
  expect(table([{ ...line, tunedRival: null }]).split('\n')[2]).toMatch(
    /^\| p +\| m +\| ms +\| 1\.23 +\| 2,469 +\| 2000\.00 +\| +\| +\|$/,
  );
});
