import { Choice } from '../ui/choice.tsx';
import { Problem } from '../ui/problem.tsx';
import { useAvailability } from './availability.ts';
import type { Flag } from './fix-sender.ts';
import { type LocationMode, useOwnLocation } from './own-location.tsx';
import './provider-desk.css';

const MODES = [
  { value: 'off', label: 'Off' },
  { value: 'device', label: 'This device' },
  { value: 'simulated', label: 'Simulated' },
] as const satisfies readonly { value: LocationMode; label: string }[];

/** Where a provider says whether they take orders, and lets their location be known. */
export function ProviderDesk() {
  const { mode, setMode, fix, problem, flag } = useOwnLocation();
  return (
    <section className="desk" aria-label="Providing streams">
      <Availability mayBegin={fix !== null} />
      <Choice legend="My location" showLegend options={MODES} value={mode} onChange={setMode} />
      <p className="desk-note" role="status">
        {problem ?? (flag ? FLAG_TEXTS[flag] : noteOf(mode, fix !== null))}
      </p>
    </section>
  );
}

function Availability({ mayBegin }: { mayBegin: boolean }) {
  const { isAvailable, change } = useAvailability();
  return (
    <>
      <label className="switch">
        <span>
          <strong>{isAvailable ? 'Taking orders' : 'Not taking orders'}</strong>
          <small>
            {isAvailable ? 'New orders nearby are offered to you' : 'Share your location, then switch on'}
          </small>
        </span>
        <button
          type="button"
          role="switch"
          aria-label="Take orders"
          aria-checked={isAvailable}
          aria-busy={change.isPending}
          disabled={change.isPending || (!mayBegin && !isAvailable)}
          onClick={() => change.mutate(!isAvailable)}
        />
      </label>
      {change.error && <Problem error={change.error} />}
    </>
  );
}

function noteOf(mode: LocationMode, isKnown: boolean): string {
  switch (mode) {
    case 'off':
      return 'Nobody sees where you are.';
    case 'device':
      return isKnown ? 'Shared: your area with everyone, your way with your customer.' : 'Finding you…';
    case 'simulated':
      return isKnown ? 'For trying things out: the map moves you.' : 'Tap the map where you want to be.';
  }
}

const FLAG_TEXTS: Record<Flag, string> = {
  impossible_jump: 'Your last position was too far from the one before to be believed.',
  stale: 'Your last position was too old to be used.',
  from_future: 'Your last position came with a time that lies ahead.',
  out_of_order: 'Your last position was older than the one before.',
};
