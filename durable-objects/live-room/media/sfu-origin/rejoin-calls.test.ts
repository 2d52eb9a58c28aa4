import { describe, expect, it } from 'vitest';
import { RejoinCalls } from './rejoin-calls.ts';

const at = (ms: number) => new Date(1_000_000 + ms);

describe('who is asked to join again', () => {
  it('is asked once, however many states name them, and once more when nothing comes of it', () => {
    const calls = new RejoinCalls();
    expect(calls.due(['ann', 'ben'], 1, at(0))).toEqual(['ann', 'ben']);
    expect(calls.due(['ann', 'ben'], 2, at(50))).toEqual([]);
    expect(calls.due(['ann', 'ben', 'cleo'], 3, at(100))).toEqual(['cleo']);
    expect(calls.due(['ann', 'ben'], 4, at(10_000))).toEqual(['ann', 'ben']);
  });

  it('is not asked by old news of a loss that they have come back from, but by the next loss, however soon', () => {
    const calls = new RejoinCalls();
    calls.due(['ann'], 1, at(0));
    calls.joined('ann', 3);
    expect(calls.due(['ann'], 3, at(10))).toEqual([]);
    expect(calls.due(['ann'], 4, at(20))).toEqual(['ann']);
    calls.forget('ann');
    expect(calls.due(['ann'], 5, at(30))).toEqual(['ann']);
  });
});
