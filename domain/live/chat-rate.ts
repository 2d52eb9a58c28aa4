import type { Rate } from '../rates/token-bucket.ts';

/** What one person may say: a few lines at once, and in the long run one every two seconds. Full again after ten. */
export const PERSON_CHAT_RATE: Rate = { burst: 5, perSecond: 0.5 };

/** What one person may react with; applause comes in bursts. Full again after six seconds. */
export const PERSON_REACTION_RATE: Rate = { burst: 30, perSecond: 5 };

/** So many frames of chat may leave a room in a second. One object sends about 24,000 small ones in all. */
const CHAT_FRAMES_PER_SECOND = 8_000;
const MOST_PER_SECOND = 20;

/**
 * What a whole room may say. Every line goes to everyone, so the more are here, the fewer lines there can be; nobody could
 * read more than twenty a second anyway.
 */
export function roomChatRate(audience: number): Rate {
  const perSecond = Math.max(1, Math.min(MOST_PER_SECOND, CHAT_FRAMES_PER_SECOND / Math.max(1, audience)));
  return { burst: perSecond * 2, perSecond };
}
