const HEARD_FOR_MS = 2_000;
const SAMPLED_EVERY_MS = 50;

/** The loudest that a microphone hears within a moment: the root mean square of its samples, 0 to 1. */
export async function loudness(track: MediaStreamTrack): Promise<number> {
  const context = new AudioContext();
  try {
    // A page that nobody has touched may make no sound, and so hears none either.
    await context.resume();
    const analyser = context.createAnalyser();
    analyser.fftSize = 2_048;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudest = 0;
    for (const end = performance.now() + HEARD_FOR_MS; performance.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, SAMPLED_EVERY_MS));
      analyser.getFloatTimeDomainData(samples);
      loudest = Math.max(
        loudest,
        Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length),
      );
    }
    return loudest;
  } finally {
    await context.close();
  }
}

/** A moving picture for those who have no camera, or give none. */
export function testPicture(): { track: MediaStreamTrack; stop: () => void } {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
  const drawing = canvas.getContext('2d');
  let step = 0;
  const draw = () => {
    if (!drawing) return;
    step++;
    drawing.fillStyle = '#0d3741';
    drawing.fillRect(0, 0, 640, 360);
    drawing.fillStyle = '#ff7a61';
    drawing.beginPath();
    drawing.arc(320 + 200 * Math.sin(step / 12), 180, 48, 0, 2 * Math.PI);
    drawing.fill();
  };
  draw();
  const timer = setInterval(draw, 50);
  const [track] = canvas.captureStream(20).getVideoTracks();
  if (!track) throw new Error('a canvas gives a track');
  return {
    track,
    stop: () => {
      clearInterval(timer);
      track.stop();
    },
  };
}
