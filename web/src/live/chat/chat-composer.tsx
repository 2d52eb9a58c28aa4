import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { LIVE_LIMITS } from '#domain/live/show.ts';
import { Icon } from '../../ui/icon.tsx';
import { Problem } from '../../ui/problem.tsx';
import type { Ask } from '../media/signalling.ts';
import '../../room/room.css';

type Props = { ask: Ask; isOpen: boolean; isMuted: boolean };

/** A line for the chat. What could not be sent stays in the field. */
export function ChatComposer({ ask, isOpen, isMuted }: Props) {
  const id = useId();
  const [text, setText] = useState('');
  const say = useMutation({
    mutationFn: (words: string) => ask('chat:send', { text: words }),
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
        Say something
      </label>
      <input
        id={id}
        value={text}
        onChange={(event) => setText(event.target.value)}
        maxLength={LIVE_LIMITS.chatLength}
        placeholder={isMuted ? 'You have been muted' : 'Say something'}
        disabled={isMuted}
        autoComplete="off"
        enterKeyHint="send"
      />
      <button
        type="submit"
        aria-label="Send"
        disabled={!isOpen || isMuted || text.trim() === ''}
        aria-busy={say.isPending}
      >
        <Icon name="send" />
      </button>
      {say.error && <Problem error={say.error} />}
    </form>
  );
}
