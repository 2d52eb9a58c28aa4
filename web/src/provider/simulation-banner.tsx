import { Button } from '../ui/button.tsx';
import { useOwnLocation, useSimulationTaps } from './own-location.tsx';
import { PACES, type Pace } from './walk.ts';

/** Says over the map, for as long as it is so, that this person's position is made up and that taps move it. */
export function SimulationBanner() {
  const { mode, setMode, fix, target, pace, setPace } = useOwnLocation();
  const taps = useSimulationTaps();
  if (mode !== 'simulated') return null;
  return (
    <section className="simulation" aria-label="Simulated location">
      <p>
        <strong>Simulated location</strong>
        <span>{instruction(fix !== null, target !== null, taps !== null)}</span>
      </p>
      <label className="simulation-pace">
        <span className="visually-hidden">Pace</span>
        <select value={pace} onChange={(event) => setPace(event.target.value as Pace)}>
          {Object.entries(PACES).map(([value, { label }]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <Button kind="quiet" onClick={() => setMode('off')}>
        Stop
      </Button>
    </section>
  );
}

function instruction(isSomewhere: boolean, isWalking: boolean, mayTap: boolean): string {
  if (!mayTap) return 'Here, taps choose a place';
  if (!isSomewhere) return 'Tap the map where you want to be';
  return isWalking ? 'On the way to your tap' : 'Tap the map to go there';
}
