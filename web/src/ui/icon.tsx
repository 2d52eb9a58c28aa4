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
  camera: 'M2.500 6.500h10v7h-10zM12.500 9l5-2.500v7l-5-2.500',
  'camera-off': 'M2.500 6.500h1l9 7M7 6.500h5.500v5M12.500 9l5-2.500v7l-3-1.500M3 3l14 14',
  microphone:
    'M10 2.500a2.500 2.500 0 0 1 2.500 2.500v4a2.500 2.500 0 0 1-5 0V5A2.500 2.500 0 0 1 10 2.500zM5 9a5 5 0 0 0 10 0M10 14v3.500',
  'microphone-off':
    'M7.500 7v2a2.500 2.500 0 0 0 4 2M12.500 8.500V5a2.500 2.500 0 0 0-4.800-1M5 9a5 5 0 0 0 8 4M15 9a5 5 0 0 1-.4 2M10 14v3.500M3 3l14 14',
  screen: 'M2.500 4h15v10h-15zM7 17h6M10 14v3M10 11V7M8 8.800 10 7l2 1.800',
  turn: 'M15.500 8A6 6 0 0 0 5 6.500L3.500 8M4.500 12A6 6 0 0 0 15 13.500l1.500-1.500M3.500 4.500V8H7M16.500 15.500V12H13',
  sound: 'M3 8v4h3l4 3.500v-11L6 8zM13 7.500a3.500 3.500 0 0 1 0 5M15 5a7 7 0 0 1 0 10',
  'sound-off': 'M3 8v4h3l4 3.500v-11L6 8zM13 8l4 4M17 8l-4 4',
  full: 'M3 7.500V3h4.500M12.500 3H17v4.500M17 12.500V17h-4.500M7.500 17H3v-4.500',
  gauge: 'M3 14a7 7 0 1 1 14 0M10 14l3-4.500',
  people:
    'M7 9.500a2.750 2.750 0 1 0 0-5.500 2.750 2.750 0 0 0 0 5.500zM2 16.500c.3-3 2.300-4.500 5-4.500s4.700 1.500 5 4.500M13 4.300a2.500 2.500 0 0 1 0 5M14 12.200c2.300.3 3.700 1.800 4 4.300',
  more: 'M4.500 10h.01M10 10h.01M15.500 10h.01',
  signal: 'M3 16v-2M7.500 16v-5M12 16V8M16.500 16V4',
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
