import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { ORDER_LIMITS } from '#domain/orders/order.ts';
import { Icon } from '../ui/icon.tsx';
import { Problem } from '../ui/problem.tsx';
import type { Room } from './use-room.ts';

/** A message to the other party. What could not be sent stays in the field. */
export function Composer({ send, isOpen }: { send: Room['send']; isOpen: boolean }) {
  const id = useId();
  const [text, setText] = useState('');
  const say = useMutation({
    mutationFn: (words: string) => send('message:send', { text: words }),
    onSuccess: (_answer, words) => setText((now) => (now.trim() === words ? '' : now)),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const words = text.trim();
    if (words && !say.isPending) say.mutate(words);
  };
  return (
    <form className="composer" onSubmit={submit}>
      <label htmlFor={id} className="visually-hidden">
        Message
      </label>
      <input
        id={id}
        value={text}
        onChange={(event) => setText(event.target.value)}
        maxLength={ORDER_LIMITS.messageLength}
        placeholder="Write a message"
        autoComplete="off"
        enterKeyHint="send"
      />
      <button
        type="submit"
        aria-label="Send"
        disabled={!isOpen || text.trim() === ''}
        aria-busy={say.isPending}
      >
        <Icon name="send" />
      </button>
      {say.error && <Problem error={say.error} />}
    </form>
  );
}
