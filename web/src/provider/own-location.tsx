import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { FixBody } from '#contract/places.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import { distanceBetween } from '../map/geometry.ts';
import { routeOf, useAddress } from '../router.ts';
import { useUser } from '../session/user.tsx';
import { watchDevice } from './device-position.ts';
import { type Flag, useFixSender } from './fix-sender.ts';
import { isRecord, tabMemory } from './tab-memory.ts';
import { PACES, type Pace, standAt, walk } from './walk.ts';

/** How one's own position is told: not at all, by the device, or made up for trying things out. */
export type LocationMode = 'off' | 'device' | 'simulated';

export type OwnLocation = {
  mode: LocationMode;
  setMode: (mode: LocationMode) => void;
  fix: FixBody | null;
  /** Why the device gives no position. */
  problem: string | null;
  /** Why the server did not believe the last fix. */
  flag: Flag | null;
  /** Where the simulated walk leads; null when it stands. */
  target: Coordinates | null;
  pace: Pace;
  setPace: (pace: Pace) => void;
  /** Simulated only: the first call says where one is, later ones where one goes. */
  goTo: (place: Coordinates) => void;
  /** Fixes go through here instead of the person's own socket while it is set, such as an order's room. */
  sendThrough: ReturnType<typeof useFixSender>['sendThrough'];
};

const OwnLocationContext = createContext<OwnLocation | null>(null);

const TICK_MS = 1_000;
/** Somebody who stands still says so this often, so that the server knows they are still there. */
const STILL_MS = 12_000;
const STILL_METERS = 2;

/** Follows this person's position, if they want, and tells the server. */
export function OwnLocationProvider({ children }: { children: ReactNode }) {
  const { id } = useUser();
  const [memory] = useState(() => tabMemory('location', id, isRemembered));
  const [remembered] = useState(memory.read);
  const [mode, setMode] = useState<LocationMode>(remembered?.mode ?? 'off');
  const [fix, setFix] = useState<FixBody | null>(remembered?.fix ?? null);
  const [problem, setProblem] = useState<string | null>(null);
  const [target, setTarget] = useState<Coordinates | null>(null);
  const [pace, setPace] = useState<Pace>('bike');
  const { send, sendThrough, flag } = useFixSender();
  const sent = useRef<{ fix: FixBody; at: number } | null>(null);

  // A device says anew where it is; a made-up position is known to nobody else.
  useEffect(() => memory.write({ mode, fix: mode === 'simulated' ? fix : null }), [memory, mode, fix]);

  useEffect(() => {
    if (mode !== 'device') return;
    return watchDevice(
      (next) => {
        setProblem(null);
        setFix(next);
      },
      (reason) => setProblem(reason),
    );
  }, [mode]);

  const speed = PACES[pace].speed;
  useEffect(() => {
    if (mode !== 'simulated' || !target) return;
    const timer = setInterval(
      () => setFix((from) => (from ? walk(from, target, speed, TICK_MS / 1_000) : from)),
      TICK_MS,
    );
    return () => clearInterval(timer);
  }, [mode, target, speed]);

  // A walk that has arrived is over.
  const arrived = fix !== null && target !== null && distanceBetween(fix, target) < 0.5;
  useEffect(() => {
    if (arrived) setTarget(null);
  }, [arrived]);

  const latest = useRef(fix);
  latest.current = fix;
  useEffect(() => {
    if (mode === 'off') return;
    const tell = () => {
      const next = latest.current;
      if (!next) return;
      const before = sent.current;
      const moved = !before || distanceBetween(before.fix, next) > STILL_METERS;
      if (!moved && performance.now() - before.at < STILL_MS) return;
      sent.current = { fix: next, at: performance.now() };
      send(next);
    };
    const timer = setInterval(tell, TICK_MS);
    return () => clearInterval(timer);
  }, [mode, send]);

  const change = useCallback((next: LocationMode) => {
    sent.current = null;
    setMode(next);
    setTarget(null);
    setProblem(null);
    // A made-up position is none of the device's, and the other way round.
    setFix(null);
  }, []);

  const goTo = useCallback(
    (place: Coordinates) => {
      if (fix === null) setFix(standAt(place));
      else setTarget(place);
    },
    [fix],
  );

  const value = useMemo<OwnLocation>(
    () => ({ mode, setMode: change, fix, problem, flag, target, pace, setPace, goTo, sendThrough }),
    [mode, change, fix, problem, flag, target, pace, goTo, sendThrough],
  );
  return <OwnLocationContext value={value}>{children}</OwnLocationContext>;
}

/** This person's own position and how it is told. */
export function useOwnLocation(): OwnLocation {
  const value = use(OwnLocationContext);
  if (!value) throw new Error('useOwnLocation outside of OwnLocationProvider');
  return value;
}

/** What a tap on the map does while this person's position is simulated; null where taps are the page's own. */
export function useSimulationTaps(): ((place: Coordinates) => void) | null {
  const { mode, goTo } = useOwnLocation();
  const route = routeOf(useAddress());
  return mode === 'simulated' && route.name !== 'new-order' ? goTo : null;
}

function isRemembered(value: unknown): value is { mode: LocationMode; fix: FixBody | null } {
  if (!isRecord(value)) return false;
  const { mode, fix } = value;
  const isMode = mode === 'off' || mode === 'device' || mode === 'simulated';
  const isFix = isRecord(fix) && typeof fix.latitude === 'number' && typeof fix.longitude === 'number';
  return isMode && (fix === null || isFix);
}
