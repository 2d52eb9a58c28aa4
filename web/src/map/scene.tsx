import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import type { ProviderPosition } from '#contract/events.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import type { Position } from '#domain/geo/geojson.ts';

/** An order on the map: its price on a flag at its exact place, or over the cell that hides it. */
export type OrderMark = {
  id: string;
  title: string;
  price: string;
  location: Coordinates & { precision: 'exact' | 'cell' };
  emphasized: boolean;
  /** Its flag leads to its page; otherwise taps go through it to the map. */
  isLink: boolean;
};

/** Somebody on their way to an order. */
export type Traveller = {
  name: string;
  position: ProviderPosition;
  stale: boolean;
};

/**
 * What the map shows besides the world and one's own position. A page says it whole; the map works out what changed.
 * Radii in metres.
 */
export type Scene = {
  /** What to bring into view: once for each `key`, and again when it leaves the view by itself. */
  view: { key: string; points: readonly Coordinates[]; margin: number } | null;
  orders: readonly OrderMark[];
  /** A place that was tapped. */
  chosen: Coordinates | null;
  /** Rings around a place, for an eye for distances. The last one of them is the outermost. */
  rings: { center: Coordinates; radii: readonly number[] } | null;
  /** How far from an order providers are asked. */
  service: { center: Coordinates; radius: number } | null;
  /** The border within which a provider has arrived. */
  arrival: { center: Coordinates; radius: number } | null;
  /** Cells in which a provider is available. */
  available: readonly { id: string; location: Coordinates }[];
  traveller: Traveller | null;
  trail: readonly Position[];
  onTap: ((place: Coordinates) => void) | null;
};

export const EMPTY_SCENE: Scene = {
  view: null,
  orders: [],
  chosen: null,
  rings: null,
  service: null,
  arrival: null,
  available: [],
  traveller: null,
  trail: [],
  onTap: null,
};

const SceneContext = createContext<Scene>(EMPTY_SCENE);
const SetSceneContext = createContext<(scene: Scene) => void>(() => {});

/** Lets pages say what the one map of the app shows. */
export function SceneProvider({ children }: { children: ReactNode }) {
  const [scene, setScene] = useState(EMPTY_SCENE);
  return (
    <SetSceneContext value={setScene}>
      <SceneContext value={scene}>{children}</SceneContext>
    </SetSceneContext>
  );
}

/** Shows a scene for as long as this page is there. Memoize it: a new object is drawn anew. */
export function useScene(scene: Scene): void {
  const setScene = use(SetSceneContext);
  useEffect(() => {
    setScene(scene);
    return () => setScene(EMPTY_SCENE);
  }, [scene, setScene]);
}

/** What is to be shown now. */
export function useCurrentScene(): Scene {
  return use(SceneContext);
}
