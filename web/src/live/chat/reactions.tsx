import { useEffect, useRef, useState } from 'react';
import { REACTIONS, type Reaction } from '#domain/live/reactions.ts';
import { LIVE_LIMITS } from '#domain/live/show.ts';
import type { Ask } from '../media/signalling.ts';
import type { LiveRoomClient } from '../room/live-room-client.ts';
import './reactions.css';

const SIGNS: Record<Reaction, { sign: string; name: string }> = {
  heart: { sign: '❤️', name: 'Heart' },
  applause: { sign: '👏', name: 'Applause' },
  laugh: { sign: '😂', name: 'Laugh' },
  wow: { sign: '😮', name: 'Wow' },
  sad: { sign: '😢', name: 'Sad' },
  fire: { sign: '🔥', name: 'Fire' },
};

/** Taps that follow each other go out together. */
const GATHERED_MS = 400;

/** What one can show without words. */
export function ReactionBar({ ask, isOpen }: { ask: Ask; isOpen: boolean }) {
  const react = useReactions(ask);
  return (
    <fieldset className="reaction-bar" aria-label="Reactions" disabled={!isOpen}>
      {REACTIONS.map((reaction) => (
        <button
          key={reaction}
          type="button"
          aria-label={SIGNS[reaction].name}
          onClick={() => react(reaction)}
        >
          {SIGNS[reaction].sign}
        </button>
      ))}
    </fieldset>
  );
}

function useReactions(ask: Ask): (reaction: Reaction) => void {
  const gathered = useRef(new Map<Reaction, number>());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const flush = () => {
    timer.current = undefined;
    for (const [reaction, count] of gathered.current) {
      // One heart more or less: nobody is told that it was too many.
      ask('reaction:send', { reaction, count: Math.min(count, LIVE_LIMITS.reactionsAtOnce) }).catch(() => {});
    }
    gathered.current.clear();
  };
  return (reaction) => {
    gathered.current.set(reaction, (gathered.current.get(reaction) ?? 0) + 1);
    timer.current ??= setTimeout(flush, GATHERED_MS);
  };
}

type Floating = { id: number; sign: string; left: number; delay: number };

const FLOATS_MS = 3_000;
/** More at once are a wall. */
const MOST_OF_A_BURST = 12;
const MOST_FLOATING = 60;

/** The reactions of everyone, rising over the picture. */
export function FloatingReactions({ client }: { client: LiveRoomClient }) {
  const [floating, setFloating] = useState<readonly Floating[]>([]);
  const last = useRef(0);
  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const stop = client.onBurst((counts) => {
      const fresh = REACTIONS.flatMap((reaction) =>
        Array.from({ length: Math.min(counts[reaction] ?? 0, MOST_OF_A_BURST) }, () => ({
          id: ++last.current,
          sign: SIGNS[reaction].sign,
          left: Math.random() * 100,
          delay: Math.random() * 0.4,
        })),
      ).slice(0, MOST_OF_A_BURST);
      const gone = new Set(fresh.map(({ id }) => id));
      setFloating((all) => [...all, ...fresh].slice(-MOST_FLOATING));
      const timer = setTimeout(() => {
        timers.delete(timer);
        setFloating((all) => all.filter(({ id }) => !gone.has(id)));
      }, FLOATS_MS);
      timers.add(timer);
    });
    return () => {
      stop();
      for (const timer of timers) clearTimeout(timer);
    };
  }, [client]);
  return (
    <div className="floating" aria-hidden="true" data-testid="floating">
      {floating.map(({ id, sign, left, delay }) => (
        <span key={id} style={{ '--left': `${left}%`, '--delay': `${delay}s` }}>
          {sign}
        </span>
      ))}
    </div>
  );
}
