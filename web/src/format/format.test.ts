import { describe, expect, it } from 'vitest';
import { formatCoordinates, formatDistance } from './distance.ts';
import { formatDuration, formatRelative } from './time.ts';

describe('distances', () => {
  it.each([
    [0, '0 m'],
    [83.4, '83 m'],
    [104, '100 m'],
    [994, '990 m'],
    [995, '1 km'],
    [1_240, '1.2 km'],
    [9_940, '9.9 km'],
    [9_960, '10 km'],
    [14_400, '14 km'],
  ])('%d metres are %s', (meters, text) => {
    expect(formatDistance(meters)).toBe(text);
  });
});

describe('coordinates', () => {
  it.each([
    [38.7223, -9.1393, '38°43.3′N 9°8.4′W'],
    [-33.5, 151, '33°30′S 151°E'],
    [0, 0, '0° 0°'],
    [59.99999, 10, '60°N 10°E'],
  ])('%d, %d are %s', (latitude, longitude, text) => {
    expect(formatCoordinates({ latitude, longitude })).toBe(text);
  });
});

describe('times', () => {
  it.each([
    [20, 'under 1 min'],
    [61, '1 min'],
    [59.6 * 60, '1 h'],
    [80 * 60, '1 h 20 min'],
  ])('%d seconds last %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  const now = Date.parse('2026-11-23T20:00:00Z');
  it.each([
    ['2026-11-23T19:59:30Z', 'just now'],
    ['2026-11-23T19:55:00Z', '5 minutes ago'],
    ['2026-11-23T22:00:00Z', 'in 2 hours'],
    ['2026-11-24T20:00:00Z', 'tomorrow'],
  ])('%s is %s', (time, text) => {
    expect(formatRelative(time, now, 'en')).toBe(text);
  });
});
