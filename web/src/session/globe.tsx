import { useEffect, useRef } from 'react';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import topology from 'world-atlas/land-110m.json';
import { useMediaQuery, useReducedMotion } from '../ui/use-media-query.ts';
import { paintGlobe, readPalette } from './globe-paint.ts';

// The package comes without types; its README gives this shape.
const atlas = topology as unknown as Topology<{ land: GeometryCollection }>;
const land = feature(atlas, atlas.objects.land).features.map(({ geometry }) => geometry);

const DEGREES_PER_SECOND = 1.6;
const FRAME_MS = 1_000 / 30;
const START = { longitude: -28, latitude: 24 };

/** The world, turning slowly, with taps going out from it. Decoration; still for those who want no movement. */
export default function Globe() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const still = useReducedMotion();
  const dark = useMediaQuery('(prefers-color-scheme: dark)');

  // biome-ignore lint/correctness/useExhaustiveDependencies: the palette is read anew when the scheme changes
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const palette = readPalette(element.parentElement ?? element);
    const paint = (seconds: number) => {
      const ratio = Math.min(2, window.devicePixelRatio);
      const size = Math.round(element.clientWidth * ratio);
      if (element.width !== size) {
        element.width = size;
        element.height = size;
      }
      const view = { ...START, longitude: START.longitude + seconds * DEGREES_PER_SECOND };
      paintGlobe(context, size, { land, view, seconds: still ? null : seconds, palette });
    };
    paint(0);
    const resized = new ResizeObserver(() => paint(0));
    resized.observe(element);
    if (still) return () => resized.disconnect();

    const began = performance.now();
    let painted = 0;
    let frame = requestAnimationFrame(function next(now) {
      if (now - painted >= FRAME_MS) {
        painted = now;
        paint((now - began) / 1_000);
      }
      frame = requestAnimationFrame(next);
    });
    return () => {
      cancelAnimationFrame(frame);
      resized.disconnect();
    };
  }, [still, dark]);

  return (
    <div className="globe" aria-hidden="true">
      <canvas ref={canvas} />
    </div>
  );
}
