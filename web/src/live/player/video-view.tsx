import { useEffect, useRef } from 'react';

type Props = {
  tracks: readonly MediaStreamTrack[];
  muted: boolean;
  label: string;
  className?: string;
  /** The browser plays, or does not before the person has tapped something. */
  onPlaying?: (playing: boolean) => void;
  /** A frame of what is played now has been shown. */
  onPicture?: () => void;
};

/** Shows tracks. One that is replaced leaves its last frame until the next one has come. */
export function VideoView({ tracks, muted, label, className, onPlaying, onPicture }: Props) {
  const element = useRef<HTMLVideoElement>(null);
  const told = useRef({ onPlaying, onPicture });
  told.current = { onPlaying, onPicture };

  useEffect(() => {
    const video = element.current;
    if (!video) return;
    const stream = video.srcObject instanceof MediaStream ? video.srcObject : new MediaStream();
    for (const track of stream.getTracks()) if (!tracks.includes(track)) stream.removeTrack(track);
    for (const track of tracks) stream.addTrack(track);
    if (video.srcObject !== stream) video.srcObject = stream;
    let awaited: number | undefined;
    if (tracks.some(({ kind }) => kind === 'video') && 'requestVideoFrameCallback' in video) {
      awaited = video.requestVideoFrameCallback(() => told.current.onPicture?.());
    }
    return () => {
      if (awaited !== undefined) video.cancelVideoFrameCallback(awaited);
    };
  }, [tracks]);

  useEffect(() => {
    const video = element.current;
    if (!video || tracks.length === 0) return;
    video.muted = muted;
    video.play().then(
      () => told.current.onPlaying?.(true),
      (error: unknown) => {
        // AbortError: something else is to be played already.
        if (error instanceof DOMException && error.name === 'NotAllowedError')
          told.current.onPlaying?.(false);
      },
    );
  }, [tracks, muted]);

  return <video ref={element} className={className} aria-label={label} autoPlay playsInline muted={muted} />;
}

/** Plays a sound that belongs to no picture here. */
export function SoundView({ track, muted }: { track: MediaStreamTrack; muted: boolean }) {
  const element = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const audio = element.current;
    if (!audio) return;
    audio.srcObject = new MediaStream([track]);
    audio.play().catch(() => {});
  }, [track]);
  return <audio ref={element} autoPlay muted={muted} />;
}
