import './rings.css';

/** The mark: a tap and its rings. Decoration; whatever stands beside it says the name. */
export function Rings({ size = 32, live = true }: { size?: number; live?: boolean }) {
  return (
    <svg
      className={live ? 'rings rings-live' : 'rings'}
      width={size}
      height={size}
      viewBox="0 0 32 32"
      aria-hidden="true"
    >
      <circle className="rings-outer" cx="16" cy="16" r="13" />
      <circle className="rings-inner" cx="16" cy="16" r="8" />
      <circle className="rings-dot" cx="16" cy="16" r="3.6" />
    </svg>
  );
}
