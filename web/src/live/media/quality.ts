import type { Layers } from '#contract/rtp.ts';

/** How much picture a viewer wants at most. Less may come when their connection carries no more. */
export const QUALITIES = ['auto', 'medium', 'low', 'sound'] as const;
export type Quality = (typeof QUALITIES)[number];

/** The ceiling that a wish sets; null: none. */
export function layersOf(quality: Quality): Layers | null {
  switch (quality) {
    case 'auto':
    case 'sound':
      return null;
    case 'medium':
      return { spatialLayer: 1 };
    case 'low':
      return { spatialLayer: 0 };
  }
}

/** What a consumer is asked to be by a wish. */
export function wishOf(consumer: { id: string; kind: 'audio' | 'video' }, quality: Quality) {
  const isPicture = consumer.kind === 'video';
  return {
    consumerId: consumer.id,
    paused: isPicture && quality === 'sound',
    layers: isPicture ? layersOf(quality) : null,
  };
}
