import { useEffect, useRef, useState } from 'react';
import { explainCapture, openScreen } from '../media/capture.ts';
import type { LiveRoomClient } from '../room/live-room-client.ts';
import type { Capture } from './use-capture.ts';

type Screen = { picture: MediaStreamTrack; sound: MediaStreamTrack | null };

export type Publishing = {
  muted: Readonly<Record<'camera' | 'microphone', boolean>>;
  toggle: (source: 'camera' | 'microphone') => void;
  screen: Screen | null;
  screenProblem: string | null;
  toggleScreen: () => void;
};

/** Keeps what is published at what is captured. Nothing leaves this device before the publisher is started. */
export function usePublishing(client: LiveRoomClient, { camera, microphone }: Capture): Publishing {
  const { publisher } = client;
  const [muted, setMuted] = useState({ camera: false, microphone: false });
  const [screen, setScreen] = useState<Screen | null>(null);
  const [screenProblem, setScreenProblem] = useState<string | null>(null);

  useEffect(() => quietly(publisher.send('camera', camera)), [publisher, camera]);
  useEffect(() => quietly(publisher.send('microphone', microphone)), [publisher, microphone]);
  useEffect(() => {
    quietly(publisher.send('screen', screen?.picture ?? null));
    quietly(publisher.send('screen-audio', screen?.sound ?? null));
    return () => {
      screen?.picture.stop();
      screen?.sound?.stop();
    };
  }, [publisher, screen]);

  const toggle = (source: 'camera' | 'microphone') => {
    const next = !muted[source];
    setMuted({ ...muted, [source]: next });
    quietly(publisher.mute(source, next));
  };
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
    };
  }, []);
  const share = async () => {
    setScreenProblem(null);
    try {
      const shared = await openScreen();
      if (isGone.current) {
        // The show has ended while the browser asked which screen.
        shared.picture.stop();
        shared.sound?.stop();
        return;
      }
      // The browser's own "stop sharing".
      shared.picture.addEventListener('ended', () => setScreen((now) => (now === shared ? null : now)));
      setScreen(shared);
    } catch (error) {
      setScreenProblem(explainCapture(error, 'screen'));
    }
  };
  return {
    muted,
    toggle,
    screen,
    screenProblem,
    toggleScreen: () => (screen ? setScreen(null) : void share()),
  };
}

/** What cannot be told to the room now shows by the state of the link, and is told when it is back. */
function quietly(work: Promise<void>): void {
  work.catch(() => {});
}
