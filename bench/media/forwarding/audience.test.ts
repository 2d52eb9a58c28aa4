import { expect, test } from 'vitest';
import { receptionOf } from './audience.ts';

const frames = [
  { timestamp: 0, at: 100, packets: 2 },
  { timestamp: 3_600, at: 140, packets: 2 },
];

test('what does not come to one of the viewers is lost; what was sent before is work, but not awaited', () => {
  const arrivals = [
    { timestamp: 3_596_400, at: 101 },
    { timestamp: 0, at: 103 },
    { timestamp: 0, at: 103 },
    { timestamp: 0, at: 104 },
    { timestamp: 0, at: 104 },
    { timestamp: 3_600, at: 141 },
    { timestamp: 3_600, at: 150 },
  ];
  expect(receptionOf(frames, arrivals, { viewers: 20, lookedAt: 2 })).toEqual({
    loss: 0.25,
    delayP95: 10,
    packets: 70,
  });
});

test('when nothing comes all is lost', () => {
  expect(receptionOf(frames, [], { viewers: 20, lookedAt: 2 })).toEqual({
    loss: 1,
    delayP95: Number.NaN,
    packets: 0,
  });
});
