import { Icon } from '../ui/icon.tsx';
import { useMap } from './map-context.ts';
import type { Camera } from './use-camera.ts';

/** Closer, farther, and back to where the page was. */
export function MapControls({ camera }: { camera: Camera }) {
  const { map } = useMap();
  return (
    <div className="map-controls">
      <button type="button" aria-label="Zoom in" onClick={() => map.zoomIn()}>
        <Icon name="plus" />
      </button>
      <button type="button" aria-label="Zoom out" onClick={() => map.zoomOut()}>
        <Icon name="minus" />
      </button>
      {camera.isTheirs && (
        <button type="button" aria-label="Back to the place" onClick={camera.recenter}>
          <Icon name="target" />
        </button>
      )}
    </div>
  );
}
