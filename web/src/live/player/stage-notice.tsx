import { stageWords } from './player-words.ts';
import './stage.css';

/** What stands on the stage of a page that is not in the room. */
export function StageNotice({ phase }: { phase: 'ended' | 'closed_to_you' | 'entering' }) {
  const words = stageWords(phase, { hostName: '', problem: null });
  return (
    <div className="player" data-phase={phase} data-testid="player">
      <div className="stage-words" role="status">
        <p className="stage-title">{words?.title}</p>
        {words?.more && <p>{words.more}</p>}
      </div>
    </div>
  );
}
