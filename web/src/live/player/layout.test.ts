import { describe, expect, it } from 'vitest';
import type { MediaSource } from '#contract/origin.ts';
import { layoutOf } from './layout.ts';

/** A track that is its source's name: the layout only passes it on. */
const received = (...sources: MediaSource[]) =>
  sources.map((source) => ({ id: source, source, track: source as unknown as MediaStreamTrack }));
const none = new Set<MediaSource>();

describe('the layout of a show', () => {
  it('shows the host, with their voice', () => {
    expect(layoutOf(received('microphone', 'camera'), none)).toEqual({
      main: ['camera', 'microphone'],
      mainSource: 'camera',
      aside: [],
      screenSound: null,
    });
  });

  it('shows a screen large, its host beside it, and plays both sounds', () => {
    expect(layoutOf(received('camera', 'microphone', 'screen', 'screen-audio'), none)).toEqual({
      main: ['screen', 'microphone'],
      mainSource: 'screen',
      aside: ['camera'],
      screenSound: 'screen-audio',
    });
  });

  it('leaves out the black picture of a camera that is off, and goes back to the host from a paused screen', () => {
    const all = received('camera', 'screen');
    expect(layoutOf(all, new Set<MediaSource>(['camera'])).aside).toEqual([]);
    expect(layoutOf(all, new Set<MediaSource>(['screen']))).toMatchObject({
      mainSource: 'camera',
      aside: [],
    });
  });

  it('has nothing to show of nothing', () => {
    expect(layoutOf([], none)).toEqual({ main: [], mainSource: null, aside: [], screenSound: null });
  });
});
