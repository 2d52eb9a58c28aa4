import { messageOf } from '../../api/errors.ts';
import { MediaUnsupportedError } from '../media/media-link.ts';
import type { PlayerPhase } from './player-phase.ts';

/** What is said over the stage. `busy`: something is under way. */
export type StageWords = { title: string; more?: string; busy?: boolean };

/** What to say to a viewer in a phase; null while the picture speaks for itself. */
export function stageWords(
  phase: PlayerPhase,
  about: { hostName: string; problem: unknown },
): StageWords | null {
  const { hostName, problem } = about;
  switch (phase) {
    case 'playing':
      return null;
    case 'entering':
    case 'connecting':
      return { title: 'Connecting…', busy: true };
    case 'reconnecting':
      return {
        title: 'Reconnecting…',
        more: 'The connection was lost. It comes back by itself.',
        busy: true,
      };
    case 'not_live_yet':
      return { title: 'Not live yet', more: `Stay here: the picture appears when ${hostName} goes live.` };
    case 'nothing_sent':
      return {
        title: 'No picture at the moment',
        more: `${hostName} is not sending. It comes back by itself.`,
      };
    case 'camera_off':
      return {
        title: 'The camera is off',
        more: `${hostName} has switched it off. You may still hear them.`,
      };
    case 'sound_only':
      return { title: 'Sound only', more: 'As you wished. Choose another quality to see the picture.' };
    case 'audio_only':
      return {
        title: 'Sound only',
        more: 'Your connection does not carry the picture at the moment. It is tried again from time to time.',
      };
    case 'no_video':
      return { title: 'Without video', more: 'This system runs without video; chat works all the same.' };
    case 'ended':
      return { title: 'The show has ended' };
    case 'put_out':
      return {
        title: 'You are out',
        more: 'The host or a moderator has put you out, or closed the show to others.',
      };
    case 'closed_to_you':
      return { title: 'Not open to you', more: 'This show is private, or there is none here.' };
    case 'elsewhere':
      return { title: 'Open elsewhere', more: 'You watch this in another window. Reload to watch here.' };
    case 'failed':
      return {
        title: 'No video here',
        more: problem instanceof MediaUnsupportedError ? problem.message : messageOf(problem),
      };
  }
}
