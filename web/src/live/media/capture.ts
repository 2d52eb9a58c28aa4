/** What the camera is asked for; a device that cannot gives what it has. */
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } } as const;
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true } as const;

/** Which device; `facing` is for phones, whose cameras have no names that one knows. */
export type CameraChoice = { deviceId?: string | undefined; facing?: 'user' | 'environment' | undefined };

export function cameraConstraints({ deviceId, facing }: CameraChoice): MediaTrackConstraints {
  if (deviceId) return { ...PICTURE, deviceId: { exact: deviceId } };
  return facing ? { ...PICTURE, facingMode: facing } : PICTURE;
}

export function microphoneConstraints(deviceId: string | undefined): MediaTrackConstraints {
  return deviceId ? { ...SOUND, deviceId: { exact: deviceId } } : SOUND;
}

/** What was opened. What could not be opened is null, with why. */
export type Captured = {
  camera: MediaStreamTrack | null;
  microphone: MediaStreamTrack | null;
  cameraProblem: unknown;
  microphoneProblem: unknown;
};

/** Opens camera and microphone by one question to the person; one of them when the other is not to be had. */
export async function capture(camera: CameraChoice, microphoneId: string | undefined): Promise<Captured> {
  const video = cameraConstraints(camera);
  const audio = microphoneConstraints(microphoneId);
  try {
    const stream = await devices().getUserMedia({ video, audio });
    return {
      camera: stream.getVideoTracks()[0] ?? null,
      microphone: stream.getAudioTracks()[0] ?? null,
      cameraProblem: null,
      microphoneProblem: null,
    };
  } catch {
    const [picture, sound] = await Promise.allSettled([openCamera(camera), openMicrophone(microphoneId)]);
    return {
      camera: picture.status === 'fulfilled' ? picture.value : null,
      microphone: sound.status === 'fulfilled' ? sound.value : null,
      cameraProblem: picture.status === 'rejected' ? picture.reason : null,
      microphoneProblem: sound.status === 'rejected' ? sound.reason : null,
    };
  }
}

export async function openCamera(choice: CameraChoice): Promise<MediaStreamTrack> {
  const stream = await devices().getUserMedia({ video: cameraConstraints(choice) });
  return present(stream.getVideoTracks()[0]);
}

export async function openMicrophone(deviceId: string | undefined): Promise<MediaStreamTrack> {
  const stream = await devices().getUserMedia({ audio: microphoneConstraints(deviceId) });
  return present(stream.getAudioTracks()[0]);
}

/** The screen that the person picks, with its sound where the browser gives it. */
export async function openScreen(): Promise<{ picture: MediaStreamTrack; sound: MediaStreamTrack | null }> {
  const stream = await devices().getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: true });
  const picture = present(stream.getVideoTracks()[0]);
  // Letters matter more than movement.
  picture.contentHint = 'detail';
  return { picture, sound: stream.getAudioTracks()[0] ?? null };
}

/** Whether this browser can share a screen: phones cannot. */
export function canShareScreen(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
}

/** Cameras and microphones; without names until the person has allowed one of them. */
export async function listDevices(): Promise<{ cameras: MediaDeviceInfo[]; microphones: MediaDeviceInfo[] }> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return {
    cameras: all.filter(({ kind }) => kind === 'videoinput'),
    microphones: all.filter(({ kind }) => kind === 'audioinput'),
  };
}

/** Browsers have them only on pages that came by a safe way. */
function devices(): MediaDevices {
  const { mediaDevices } = navigator;
  if (!mediaDevices) throw new DOMException('the page is not secure', 'SecurityError');
  return mediaDevices;
}

function present<T>(track: T | undefined): T {
  if (track === undefined) throw new DOMException('the browser gave no track', 'NotFoundError');
  return track;
}

/** Why a device could not be opened, and what to do, in words. Names are those of the DOM's exceptions. */
export function explainCapture(error: unknown, device: 'camera' | 'microphone' | 'screen'): string {
  const name = error instanceof Error ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
      return device === 'screen'
        ? 'The screen was not shared: the choice was cancelled, or your system does not let the browser record it.'
        : `This page may not use your ${device}. Allow it by the sign beside the address above, and in your system's privacy settings; then try again.`;
    case 'NotFoundError':
      return `No ${device} was found. Plug one in, or switch it on, and try again.`;
    case 'NotReadableError':
    case 'AbortError':
      return `Your ${device} could not be started: another program may be using it. Close that, and try again.`;
    case 'OverconstrainedError':
      return `The ${device} that was chosen is not there any more. Choose another one.`;
    case 'SecurityError':
      return `Browsers give pages the ${device} only over https. Open this page by its https address.`;
    default:
      return `Your ${device} could not be opened${name ? ` (${name})` : ''}. Try again, or choose another one.`;
  }
}
