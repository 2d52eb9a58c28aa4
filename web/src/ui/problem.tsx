import { messageOf } from '../api/errors.ts';
import { Button } from './button.tsx';

/** Something went wrong: says what, and offers another try where that makes sense. */
export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div className="problem" role="alert">
      <p>{messageOf(error)}</p>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}
