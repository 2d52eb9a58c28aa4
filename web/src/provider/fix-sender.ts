import { useCallback, useRef, useState } from 'react';
import type { FixBody } from '#contract/places.ts';
import { usePersonSocket } from '../session/person-socket.tsx';

/** Why a fix was neither shown nor relied on, in the words of `fixAnswer`. */
export type Flag = 'impossible_jump' | 'stale' | 'from_future' | 'out_of_order';

type Send = (event: 'location:update', fix: FixBody) => Promise<unknown>;

/** Tells the server where this person is, by the shortest way that is open. A fix that is lost is not sent again. */
export function useFixSender() {
  const { request } = usePersonSocket();
  const way = useRef<Send | null>(null);
  const [flag, setFlag] = useState<Flag | null>(null);

  const send = useCallback(
    (fix: FixBody) => {
      const through = way.current ?? request;
      through('location:update', fix).then(
        (answer) => setFlag((answer as { flagged?: Flag | null } | undefined)?.flagged ?? null), // contract: fixAnswer
        () => {},
      );
    },
    [request],
  );

  /** Sets the way, and gives back what ends it. */
  const sendThrough = useCallback((next: Send) => {
    way.current = next;
    return () => {
      if (way.current === next) way.current = null;
    };
  }, []);

  return { send, sendThrough, flag };
}
