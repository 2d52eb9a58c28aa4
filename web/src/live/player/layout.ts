import type { MediaSource } from '#contract/origin.ts';
import type { ReceivedTrack } from '../media/watcher.ts';

/** What goes where: a shared screen is looked at, and its host beside it. */
export type Layout = {
  /** The picture that is looked at, with the voice that belongs to the show. */
  readonly main: readonly MediaStreamTrack[];
  readonly mainSource: 'camera' | 'screen' | null;
  /** The host, small, while a screen is shared. */
  readonly aside: readonly MediaStreamTrack[];
  readonly screenSound: MediaStreamTrack | null;
};

/** @param paused sources that their publisher has muted: what they still send is black */
export function layoutOf(tracks: readonly ReceivedTrack[], paused: ReadonlySet<MediaSource>): Layout {
  const of = (source: MediaSource) => tracks.find((one) => one.source === source)?.track ?? null;
  const [camera, screen, voice] = [of('camera'), of('screen'), of('microphone')];
  const shown = screen && !paused.has('screen') ? screen : camera;
  return {
    main: [shown, voice].filter((track) => track !== null),
    mainSource: shown === null ? null : shown === screen ? 'screen' : 'camera',
    aside: shown === screen && camera && !paused.has('camera') ? [camera] : [],
    screenSound: of('screen-audio'),
  };
}
