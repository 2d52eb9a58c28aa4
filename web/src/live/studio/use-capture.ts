import { useCallback, useEffect, useRef, useState } from 'react';
import { type CameraChoice, capture, listDevices, openCamera, openMicrophone } from '../media/capture.ts';

export type Capture = {
  camera: MediaStreamTrack | null;
  microphone: MediaStreamTrack | null;
  cameraProblem: unknown;
  microphoneProblem: unknown;
  cameras: readonly MediaDeviceInfo[];
  microphones: readonly MediaDeviceInfo[];
  isOpening: boolean;
  /** Opens what is not open; the person may have allowed or plugged in something meanwhile. */
  open: () => void;
  chooseCamera: (choice: CameraChoice) => void;
  chooseMicrophone: (deviceId: string) => void;
  /** The next camera, or on phones the one on the other side. */
  turnCamera: () => void;
};

type Opened = Pick<Capture, 'camera' | 'microphone' | 'cameraProblem' | 'microphoneProblem'>;

const NOTHING: Opened = { camera: null, microphone: null, cameraProblem: null, microphoneProblem: null };

/** Camera and microphone of this device, open for as long as the component is there. */
export function useCapture(): Capture {
  const [opened, setOpened] = useState<Opened>(NOTHING);
  const [isOpening, setOpening] = useState(false);
  const [devices, setDevices] = useState<Awaited<ReturnType<typeof listDevices>>>({
    cameras: [],
    microphones: [],
  });
  const held = useRef<Opened>(NOTHING);
  const isGone = useRef(false);

  const take = useCallback((changes: Partial<Opened>) => {
    const before = held.current;
    const next = { ...before, ...changes };
    if (isGone.current) {
      next.camera?.stop();
      next.microphone?.stop();
      return;
    }
    for (const kind of ['camera', 'microphone'] as const) {
      const track = next[kind];
      if (track === before[kind]) continue;
      before[kind]?.stop();
      // It was unplugged, or taken back by the person or the system.
      track?.addEventListener('ended', () => {
        if (held.current[kind] !== track) return;
        held.current = {
          ...held.current,
          [kind]: null,
          [`${kind}Problem`]: new DOMException('it ended', 'NotFoundError'),
        };
        setOpened(held.current);
      });
    }
    held.current = next;
    setOpened(next);
  }, []);

  const look = useCallback(() => {
    listDevices().then(
      (found) => !isGone.current && setDevices(found),
      () => {},
    );
  }, []);

  /** Many phones cannot have two cameras open: one that cannot be started is tried once more when the present one is closed. */
  const reopen = useCallback(
    async (kind: 'camera' | 'microphone', openOne: () => Promise<MediaStreamTrack>) => {
      const once = async () => take({ [kind]: await openOne(), [`${kind}Problem`]: null });
      try {
        await once().catch(async (error: unknown) => {
          const before = held.current[kind];
          if (!isInUse(error) || !before) throw error;
          const { deviceId } = before.getSettings();
          take({ [kind]: null });
          await once().catch(async (again: unknown) => {
            // Another program has it: the one before is better than none.
            take({ [kind]: await (kind === 'camera' ? openCamera({ deviceId }) : openMicrophone(deviceId)) });
            throw again;
          });
        });
      } catch (error) {
        take({ [`${kind}Problem`]: error });
      }
    },
    [take],
  );

  const open = useCallback(async () => {
    setOpening(true);
    const { camera, microphone } = held.current;
    if (camera && microphone) setOpening(false);
    else if (!camera && !microphone) take(await capture({}, undefined));
    else if (!camera) await reopen('camera', () => openCamera({}));
    else await reopen('microphone', () => openMicrophone(undefined));
    setOpening(false);
    // Only now have they names.
    look();
  }, [take, reopen, look]);

  useEffect(() => {
    isGone.current = false;
    look();
    navigator.mediaDevices?.addEventListener('devicechange', look);
    return () => {
      isGone.current = true;
      navigator.mediaDevices?.removeEventListener('devicechange', look);
      held.current.camera?.stop();
      held.current.microphone?.stop();
      held.current = NOTHING;
    };
  }, [look]);

  const chooseCamera = (choice: CameraChoice) => void reopen('camera', () => openCamera(choice)).then(look);
  return {
    ...opened,
    ...devices,
    isOpening,
    open: () => void open(),
    chooseCamera,
    chooseMicrophone: (deviceId) => void reopen('microphone', () => openMicrophone(deviceId)),
    turnCamera: () => chooseCamera(nextCamera(held.current.camera, devices.cameras)),
  };
}

function isInUse(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotReadableError' || error.name === 'AbortError');
}

/** By which side it looks to where the device says so, and otherwise one after another. */
export function nextCamera(
  current: Pick<MediaStreamTrack, 'getSettings'> | null,
  cameras: readonly Pick<MediaDeviceInfo, 'deviceId'>[],
): CameraChoice {
  const { facingMode, deviceId } = current?.getSettings() ?? {};
  if (facingMode === 'user') return { facing: 'environment' };
  if (facingMode === 'environment') return { facing: 'user' };
  const index = cameras.findIndex((camera) => camera.deviceId === deviceId);
  return { deviceId: cameras[(index + 1) % cameras.length]?.deviceId };
}
