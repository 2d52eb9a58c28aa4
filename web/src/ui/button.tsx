import type { ComponentProps } from 'react';

type Props = ComponentProps<'button'> & {
  kind?: 'primary' | 'live' | 'quiet' | 'danger' | 'plain';
  /** While what it started is under way: it keeps its size and its focus, and takes no second click. */
  pending?: boolean;
};

/** A button of the app. */
export function Button({ kind = 'plain', pending = false, className, children, onClick, ...rest }: Props) {
  return (
    <button
      type="button"
      className={`button button-${kind} ${className ?? ''}`}
      aria-busy={pending}
      aria-disabled={pending || undefined}
      onClick={(event) => {
        if (pending) event.preventDefault();
        else onClick?.(event);
      }}
      {...rest}
    >
      <span className="button-label">{children}</span>
    </button>
  );
}
