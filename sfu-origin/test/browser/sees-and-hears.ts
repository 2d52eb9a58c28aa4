import { eventually } from '../eventually.ts';
import type { BrowserClient } from './participants.ts';

/** Sees that the picture moves and the sound comes through: more of both than a moment ago, by so many frames. */
export async function seesAndHears(viewer: BrowserClient, { frames = 5 } = {}): Promise<void> {
  const before = await viewer.seen();
  const had = (producerId: string) => before.find((seen) => seen.producerId === producerId);
  await eventually(`${viewer.id} sees and hears`, async () => {
    const now = await viewer.seen();
    return (
      now.some(
        ({ kind, frames: decoded, width, producerId }) =>
          kind === 'video' && width > 0 && decoded > (had(producerId)?.frames ?? 0) + frames,
      ) &&
      now.some(
        ({ kind, audioEnergy, producerId }) =>
          kind === 'audio' && audioEnergy > (had(producerId)?.audioEnergy ?? 0),
      )
    );
  });
}
