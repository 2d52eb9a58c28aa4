/** Drawn on a grid of 20, as strokes. */
const PATHS = {
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  target: 'M10 2v4M10 14v4M2 10h4M14 10h4M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
  back: 'M12 4 6 10l6 6',
  close: 'M5 5l10 10M15 5 5 15',
  star: 'M10 2.8l2.2 4.6 5 .7-3.6 3.5.9 5-4.5-2.4-4.5 2.4.9-5L2.8 8.1l5-.7z',
  send: 'M3.5 10 17 3.5 12.5 17l-2.6-5.4z',
  here: 'M17 3 3 9l6 2 2 6z',
  flag: 'M5 18V3M5 3.5h10l-2.5 3.5L15 10.5H5',
  check: 'M4 10.5l4 4 8-9',
  cross: 'M5 5l10 10M15 5 5 15',
  hand: 'M3 10h10M9 5.5 13.5 10 9 14.5M16.5 4v12',
  message: 'M3.5 4.5h13v9H9l-4 3v-3H3.5z',
  play: 'M6 4l10 6-10 6z',
  pencil: 'M4 16l1-4 8.5-8.5 3 3L8 15z',
  shield: 'M10 2.5l6.5 2.5v5c0 4-3 6.500-6.500 7.500C6.500 16.500 3.500 14 3.500 10V5z',
  enter: 'M10 2v10M5.500 8 10 12.500 14.500 8M3 17h14',
  leave: 'M10 13V3M5.500 7 10 2.500 14.500 7M3 17h14',
  card: 'M2.500 5h15v10.500h-15zM2.500 8.500h15M5.500 12.500h3',
  down: 'M5 8l5 5 5-5',
  coins:
    'M8 4.500c3 0 5 .9 5 2.200S11 9 8 9 3 8 3 6.700s2-2.200 5-2.200zM3 7v5.500c0 1.300 2 2.300 5 2.300M13 7v2M12 10c3 0 5 .9 5 2.200s-2 2.300-5 2.300-5-1-5-2.300S9 10 12 10zM17 12.500v3c0 1.300-2 2.200-5 2.200s-5-.9-5-2.200',
} as const;

export type IconName = keyof typeof PATHS;

/** A sign beside a text that says the same, or within a control that is named. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
