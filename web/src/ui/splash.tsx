import { Rings } from './rings.tsx';

/** The whole page while there is nothing to show yet. */
export function Splash() {
  return (
    <div className="splash" role="status">
      <Rings />
      <span className="visually-hidden">Loading TapLive</span>
    </div>
  );
}
