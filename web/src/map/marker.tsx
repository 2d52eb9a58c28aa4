import { Marker, type PositionAnchor } from 'maplibre-gl';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import { useReducedMotion } from '../ui/use-media-query.ts';
import { distanceBetween } from './geometry.ts';
import { useMap } from './map-context.ts';

/** How long a mark takes to its next position. */
const GLIDE_MS = 900;
/** Whoever is suddenly so far away did not go there in that time. */
const LONGEST_GLIDE_METERS = 3_000;

type Props = {
  at: Coordinates;
  anchor?: PositionAnchor;
  /** Moves smoothly from one position to the next. */
  glides?: boolean;
  onTop?: boolean;
  children: ReactNode;
};

/** Something on the map that is HTML: it can be read out, focused and clicked. */
export function MapMarker({ at, anchor = 'center', glides = false, onTop = false, children }: Props) {
  const { map } = useMap();
  const [element] = useState(() => document.createElement('div'));
  const marker = useRef<Marker | null>(null);
  const still = useReducedMotion();
  const { latitude, longitude } = at;

  // biome-ignore lint/correctness/useExhaustiveDependencies: moving is the next effect's
  useEffect(() => {
    const created = new Marker({ element, anchor }).setLngLat([longitude, latitude]).addTo(map);
    // MapLibre names every marker alike; what is inside says what it is.
    element.removeAttribute('aria-label');
    element.removeAttribute('role');
    element.removeAttribute('tabindex');
    marker.current = created;
    return () => {
      marker.current = null;
      created.remove();
    };
  }, [map, element, anchor]);

  useEffect(() => {
    element.style.zIndex = onTop ? '2' : '1';
  }, [element, onTop]);

  useEffect(() => {
    const moving = marker.current;
    if (!moving) return;
    const from = moving.getLngLat();
    const distance = distanceBetween({ latitude: from.lat, longitude: from.lng }, { latitude, longitude });
    if (!glides || still || distance === 0 || distance > LONGEST_GLIDE_METERS) {
      moving.setLngLat([longitude, latitude]);
      return;
    }
    const began = performance.now();
    let frame = requestAnimationFrame(function glide(now) {
      const part = Math.min(1, (now - began) / GLIDE_MS);
      moving.setLngLat([from.lng + (longitude - from.lng) * part, from.lat + (latitude - from.lat) * part]);
      if (part < 1) frame = requestAnimationFrame(glide);
    });
    return () => cancelAnimationFrame(frame);
  }, [latitude, longitude, glides, still]);

  return createPortal(children, element);
}
