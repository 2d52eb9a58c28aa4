import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Logger } from '../logger.ts';
import { Reporter } from './reporter.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A reporter whose states are numbers: how many times something had changed when it was told. */
function reporting(tell: (state: number) => Promise<void> = async () => {}) {
  const told: number[] = [];
  let state = 0;
  const reporter = new Reporter(async () => {
    const now = state;
    await tell(now);
    told.push(now);
  }, new Logger());
  const change = () => {
    state += 1;
    reporter.changed();
  };
  return { reporter, told, change };
}

it('tells at once, and again every ten seconds', async () => {
  const { reporter, told } = reporting();
  await vi.advanceTimersByTimeAsync(25_000);
  expect(told).toEqual([0, 0, 0]);
  const stopped = reporter.stop();
  await vi.runAllTimersAsync();
  await stopped;
});

it('tells changes that come together as one', async () => {
  const { reporter, told, change } = reporting();
  await vi.advanceTimersByTimeAsync(1_000);
  for (let i = 0; i < 20; i += 1) change();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([0, 20]);
  await reporter.stop();
});

it('tells what is not urgent within the time that it was given', async () => {
  const { reporter, told } = reporting();
  await vi.advanceTimersByTimeAsync(100);
  reporter.changed(1_000);
  await vi.advanceTimersByTimeAsync(900);
  expect(told).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(told).toHaveLength(2);
  await reporter.stop();
});

it('never tells two states at once, and does not forget what changed meanwhile', async () => {
  let atOnce = 0;
  const { reporter, told, change } = reporting(async () => {
    atOnce += 1;
    expect(atOnce).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    atOnce -= 1;
  });
  await vi.advanceTimersByTimeAsync(100);
  change();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(told).toEqual([0, 1]);
  const stopped = reporter.stop();
  await vi.runAllTimersAsync();
  await stopped;
});

it('tells the latest state, not what failed, once it is heard again', async () => {
  let away = true;
  const { reporter, told, change } = reporting(async () => {
    if (away) throw new Error('the edge is away');
  });
  for (let i = 0; i < 5; i += 1) {
    change();
    await vi.advanceTimersByTimeAsync(2_000);
  }
  expect(told).toEqual([]);
  away = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told).toEqual([5]);
  await reporter.stop();
});

it('tells a last state, and then nothing more', async () => {
  const { reporter, told, change } = reporting();
  await vi.advanceTimersByTimeAsync(100);
  change();
  const finished = reporter.finish();
  await vi.runAllTimersAsync();
  await finished;
  change();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(told.at(-1)).toBe(1);
  expect(told.length).toBeLessThanOrEqual(3);
});
