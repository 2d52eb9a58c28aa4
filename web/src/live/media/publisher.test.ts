import { describe, expect, it } from 'vitest';
import { Publisher } from './publisher.ts';

/** A track of a device, as far as a publisher that is not started minds. */
const device = () => ({ enabled: true }) as MediaStreamTrack;

describe('what is muted', () => {
  it('stays muted whichever device it comes from, from the first moment', async () => {
    const publisher = new Publisher(
      async () => {
        throw new Error('nothing is asked before it is started');
      },
      () => {},
    );
    const [headset, builtIn] = [device(), device()];
    await publisher.send('microphone', headset);
    await publisher.mute('microphone', true);
    expect(headset.enabled).toBe(false);
    // Its battery is empty, and another is chosen.
    await publisher.send('microphone', null);
    const sending = publisher.send('microphone', builtIn);
    expect(builtIn.enabled).toBe(false);
    await sending;
    await publisher.mute('microphone', false);
    expect(builtIn.enabled).toBe(true);
  });
});
