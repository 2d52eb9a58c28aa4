import { expect, test } from 'vitest';
import { median, medianOf, percentile } from './statistics.ts';

test('a percentile is the smallest value that so many of the values do not exceed', () => {
  const values = [9, 1, 10, 2, 8, 3, 7, 4, 6, 5];
  expect(percentile(values, 0.5)).toBe(5);
  expect(percentile(values, 0.99)).toBe(10);
  expect(percentile(values, 0.1)).toBe(1);
  expect(percentile([], 0.5)).toBeNaN();
});

test('a median is the middle value, or lies between the two in the middle', () => {
  expect(median([30, 1, 2])).toBe(2);
  expect(median([30, 1, 2, 4])).toBe(3);
  expect(median([])).toBeNaN();
});

test('of several measurements every figure has its own median', () => {
  const measurements = [
    { rate: 1, latency: 9 },
    { rate: 3, latency: 5 },
    { rate: 2, latency: 7 },
  ];
  expect(medianOf(measurements)).toEqual({ rate: 2, latency: 7 });
  expect(() => medianOf([])).toThrow();
});
