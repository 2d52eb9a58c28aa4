import { expect, test } from 'vitest';
import { interleaved } from './interleaved.ts';

test('every contender has its turn in every round, and another one goes first each time', async () => {
  const turns: string[] = [];
  const turn = (name: string) => async () => turns.push(name);
  const measured = await interleaved(3, { a: turn('a'), b: turn('b'), c: turn('c') });
  expect(turns.join('')).toBe('abcbcacab');
  expect(measured).toEqual({ a: [1, 6, 8], b: [2, 4, 9], c: [3, 5, 7] });
});
