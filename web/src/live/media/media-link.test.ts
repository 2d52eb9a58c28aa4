import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../api/errors.ts';
import { type LinkState, MediaLink, MediaUnsupportedError } from './media-link.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const unreachable = () => new ApiError('UNREACHABLE', 'No answer.');

/** A link whose joins and restarts end as told; by default they succeed, and media is to be expected. */
function start({ signalling = true, expectsMedia = true } = {}) {
  const states: LinkState[] = [];
  const problems: unknown[] = [];
  const work = {
    join: vi.fn(async (answered: () => void) => {
      answered();
      return expectsMedia;
    }),
    restartIce: vi.fn(async () => {}),
    hurry: vi.fn(),
    onState: (state: LinkState, problem: unknown) => {
      states.push(state);
      problems.push(problem);
    },
  };
  const link = new MediaLink(work, { now: Date.now, random: () => 1 });
  if (signalling) link.signallingIs(true, false);
  link.start();
  return { link, work, states, problems };
}

/** Lets what is under way end. */
const rest = () => vi.advanceTimersByTimeAsync(0);

async function startConnected() {
  const started = start();
  await rest();
  started.link.transportIs('connected');
  return started;
}

describe('a media link', () => {
  it('joins once the signalling works, and is connected when its transport is', async () => {
    const { link, work, states } = start({ signalling: false });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(work.join).not.toHaveBeenCalled();
    expect(work.hurry).toHaveBeenCalled();
    link.signallingIs(true, false);
    await rest();
    expect(work.join).toHaveBeenCalledTimes(1);
    link.transportIs('connecting');
    link.transportIs('connected');
    expect(states).toEqual(['connecting', 'connected']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(work.join).toHaveBeenCalledTimes(1);
  });

  it('is connected when there is nothing yet to receive', async () => {
    const { states } = start({ expectsMedia: false });
    await rest();
    expect(states.at(-1)).toBe('connected');
  });

  it('joins again when no media has come in time', async () => {
    const { work } = start();
    await vi.advanceTimersByTimeAsync(7_999);
    expect(work.join).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(work.join).toHaveBeenCalledTimes(2);
  });

  it.each(['disconnected', 'failed'] as const)(
    'restarts ICE at once when its transport is %s',
    async (state) => {
      const { link, work, states } = await startConnected();
      link.transportIs(state);
      await rest();
      expect(work.restartIce).toHaveBeenCalledTimes(1);
      expect(states.at(-1)).toBe('reconnecting');
      link.transportIs('connected');
      await vi.advanceTimersByTimeAsync(60_000);
      expect(work.restartIce).toHaveBeenCalledTimes(1);
      expect(work.join).toHaveBeenCalledTimes(1);
      expect(states.at(-1)).toBe('connected');
    },
  );

  it('joins again when a restart of ICE does not help', async () => {
    const { link, work } = await startConnected();
    link.transportIs('disconnected');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(work.restartIce).toHaveBeenCalledTimes(1);
    expect(work.join).toHaveBeenCalledTimes(2);
  });

  it('joins again at once when a restart of ICE is refused', async () => {
    const { link, work } = await startConnected();
    work.restartIce.mockRejectedValueOnce(new ApiError('NOT_FOUND', 'No such transport.'));
    link.transportIs('disconnected');
    await rest();
    expect(work.join).toHaveBeenCalledTimes(2);
  });

  it('while the network is away has the signalling hurry, and restarts ICE as soon as it works', async () => {
    const { link, work } = await startConnected();
    link.signallingIs(false, true);
    link.transportIs('disconnected');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(work.hurry.mock.calls.length).toBeGreaterThanOrEqual(10);
    expect(work.restartIce).not.toHaveBeenCalled();
    link.signallingIs(true, true);
    await rest();
    expect(work.restartIce).toHaveBeenCalledTimes(1);
    expect(work.join).toHaveBeenCalledTimes(1);
  });

  it('restarts ICE anew when the answer to the first was lost with the network', async () => {
    const { link, work } = await startConnected();
    work.restartIce.mockRejectedValueOnce(unreachable());
    link.transportIs('disconnected');
    await rest();
    link.signallingIs(false, true);
    await vi.advanceTimersByTimeAsync(5_000);
    link.signallingIs(true, true);
    await rest();
    expect(work.restartIce).toHaveBeenCalledTimes(2);
    expect(work.join).toHaveBeenCalledTimes(1);
  });

  it('joins again when it has lost its seat, though its transport may look well', async () => {
    const { link, work } = await startConnected();
    link.signallingIs(false, true);
    link.signallingIs(true, false);
    await rest();
    expect(work.join).toHaveBeenCalledTimes(2);
  });

  it('goes on as it was when only the signalling was away', async () => {
    const { link, work, states } = await startConnected();
    link.signallingIs(false, true);
    await vi.advanceTimersByTimeAsync(15_000);
    link.signallingIs(true, true);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(work.join).toHaveBeenCalledTimes(1);
    expect(work.restartIce).not.toHaveBeenCalled();
    expect(states.at(-1)).toBe('connected');
  });

  it('joins again within the time that it is asked to', async () => {
    const { link, work } = await startConnected();
    link.rejoin(2_000);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(work.join).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(work.join).toHaveBeenCalledTimes(2);
  });

  it('joins once more when it was asked to while it joined, never twice at a time', async () => {
    const { link, work } = start();
    let finish: (expectsMedia: boolean) => void = () => {};
    await rest();
    work.join.mockImplementationOnce((answered) => {
      answered();
      return new Promise((resolve) => (finish = resolve));
    });
    link.rejoin(0);
    await rest();
    link.rejoin(0);
    await rest();
    expect(work.join).toHaveBeenCalledTimes(2);
    finish(true);
    await rest();
    expect(work.join).toHaveBeenCalledTimes(3);
  });

  it('joins only once for what it is asked while its join is on its way', async () => {
    const { link, work } = await startConnected();
    let finish: (expectsMedia: boolean) => void = () => {};
    work.join.mockImplementationOnce(() => new Promise((resolve) => (finish = resolve)));
    link.rejoin(0);
    await rest();
    link.rejoin(0);
    await rest();
    finish(true);
    await rest();
    link.transportIs('connected');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(work.join).toHaveBeenCalledTimes(2);
  });

  it('tries again what was refused for now, later each time', async () => {
    const { work } = start();
    await rest();
    work.join.mockRejectedValue(new ApiError('UPSTREAM_UNAVAILABLE', 'No origin.'));
    const counts: number[] = [];
    // Eight seconds without media, then the refusals.
    await vi.advanceTimersByTimeAsync(8_000);
    for (const pause of [1_000, 2_000, 4_000, 8_000, 8_000]) {
      counts.push(work.join.mock.calls.length);
      await vi.advanceTimersByTimeAsync(pause - 1);
      expect(work.join).toHaveBeenCalledTimes(counts.at(-1) ?? 0);
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(counts).toEqual([2, 3, 4, 5, 6]);
  });

  it.each([
    ['the room refuses it', new ApiError('FORBIDDEN', 'Only the host may publish.')],
    ['this browser cannot', new MediaUnsupportedError('No WebRTC.')],
  ])('fails for good when %s, and says why', async (_, error) => {
    const { link, work, states, problems } = start();
    work.join.mockRejectedValue(error);
    await vi.advanceTimersByTimeAsync(60_000);
    link.signallingIs(true, true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toBe('failed');
    expect(problems.at(-1)).toBe(error);
  });

  it('does nothing more once stopped', async () => {
    const { link, work, states } = await startConnected();
    link.transportIs('disconnected');
    link.stop();
    const calls = work.join.mock.calls.length;
    await vi.advanceTimersByTimeAsync(60_000);
    link.signallingIs(true, false);
    link.rejoin(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(work.join).toHaveBeenCalledTimes(calls);
    expect(states.at(-1)).toBe('idle');
  });
});
