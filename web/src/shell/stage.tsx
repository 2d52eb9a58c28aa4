import { lazy } from 'react';
import { MapStage } from '../map/map-stage.tsx';
import { Offers } from '../provider/offers.tsx';
import { useSimulationTaps } from '../provider/own-location.tsx';
import { SimulationBanner } from '../provider/simulation-banner.tsx';
import { Notices } from './notices.tsx';

// It draws with MapLibre, so it comes with the map.
const OwnMark = lazy(() => import('../provider/own-mark.tsx'));

/** The map, and what comes in over it whatever page is open. */
export function Stage() {
  return (
    <section className="stage" aria-label="Map">
      <MapStage onTap={useSimulationTaps()}>
        <OwnMark />
      </MapStage>
      <div className="stage-top">
        <SimulationBanner />
        <Offers />
        <Notices />
      </div>
    </section>
  );
}
