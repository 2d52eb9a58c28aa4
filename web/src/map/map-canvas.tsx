import { Map as MapLibreMap, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { areasOf } from './areas.ts';
import { type Box, graticule, stepAt } from './graticule.ts';
import { MapContext } from './map-context.ts';
import { MapControls } from './map-controls.tsx';
import { Marks } from './marks.tsx';
import { Overlay } from './overlay.ts';
import type { Scene } from './scene.tsx';
import { useCamera } from './use-camera.ts';
import { useStyle } from './use-style.ts';
import 'maplibre-gl/dist/maplibre-gl.css';
import './map.css';

setWorkerUrl(workerUrl);

export type MapCanvasProps = {
  scene: Scene;
  /** A style of somebody's tile server; null: the bundled outlines. */
  styleUrl: string | null;
  /** What else is marked on the map, such as one's own position. */
  children?: ReactNode;
};

/** The map itself. Loaded only when a map is first shown: MapLibre is most of the app's size. */
export default function MapCanvas({ scene, styleUrl, children }: MapCanvasProps) {
  const container = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<{ map: MapLibreMap; overlay: Overlay } | null>(null);

  useEffect(() => {
    if (!container.current) return;
    const map = new MapLibreMap({
      container: container.current,
      center: [0, 25],
      zoom: 1,
      maxZoom: 18,
      minZoom: 0.5,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      attributionControl: false,
      locale: { 'Map.Title': 'Map' },
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new ScaleControl({ maxWidth: 120 }), 'bottom-left');
    const overlay = new Overlay(map);
    keepGraticule(map, overlay);
    setDrawn({ map, overlay });
    return () => {
      setDrawn(null);
      map.remove();
    };
  }, []);

  useStyle(drawn, styleUrl);
  const camera = useCamera(drawn?.map ?? null, scene.view);
  useTaps(drawn?.map ?? null, scene.onTap);

  useEffect(() => {
    drawn?.overlay.show('areas', areasOf(scene));
  }, [drawn, scene]);
  useEffect(() => {
    const coordinates = scene.trail.map(([longitude, latitude]) => [longitude, latitude]);
    drawn?.overlay.show(
      'trail',
      coordinates.length > 1
        ? [{ type: 'Feature', geometry: { type: 'LineString', coordinates }, properties: {} }]
        : [],
    );
  }, [drawn, scene.trail]);

  return (
    <>
      <div ref={container} className={scene.onTap ? 'map map-tappable' : 'map'} />
      {drawn && (
        <MapContext value={drawn}>
          <Marks scene={scene} />
          <MapControls camera={camera} />
          {children}
        </MapContext>
      )}
    </>
  );
}

/** A tap on the map itself (not on a mark), or Enter on the focused map, which then means its middle. */
function useTaps(map: MapLibreMap | null, onTap: Scene['onTap']): void {
  useEffect(() => {
    if (!map || !onTap) return;
    const canvas = map.getCanvas();
    const tap = ({ lng, lat }: { lng: number; lat: number }) => onTap({ latitude: lat, longitude: lng });
    const clicked = map.on('click', ({ originalEvent, lngLat }) => {
      if (originalEvent.target === canvas) tap(lngLat.wrap());
    });
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Enter') tap(map.getCenter().wrap());
    };
    canvas.addEventListener('keydown', onKey);
    return () => {
      clicked.unsubscribe();
      canvas.removeEventListener('keydown', onKey);
    };
  }, [map, onTap]);
}

/** Draws the graticule of what is seen and some way around, and again when that no longer suffices. */
function keepGraticule(map: MapLibreMap, overlay: Overlay): void {
  let drawn: { step: number; box: Box } | null = null;
  const draw = () => {
    const bounds = map.getBounds();
    const [west, east] = [bounds.getWest(), bounds.getEast()];
    const [south, north] = [bounds.getSouth(), bounds.getNorth()];
    const step = stepAt(map.getZoom());
    const within = drawn?.box;
    if (
      drawn?.step === step &&
      within &&
      west >= within.west &&
      east <= within.east &&
      south >= within.south &&
      north <= within.north
    ) {
      return;
    }
    const [width, height] = [(east - west) / 2, (north - south) / 2];
    const box = { west: west - width, east: east + width, south: south - height, north: north + height };
    drawn = { step, box };
    overlay.show('graticule', graticule(box, step).features);
  };
  map.on('move', draw);
  map.on('resize', draw);
  draw();
}
