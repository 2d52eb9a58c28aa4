import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { ChatMessage } from '#contract/live-room.ts';
import { type LiveRole, mayInRoom } from '#domain/live/live-roles.ts';
import { formatClock } from '../../format/time.ts';
import { useUser } from '../../session/user.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Problem } from '../../ui/problem.tsx';
import type { Ask } from '../media/signalling.ts';
import type { LiveRoomClient } from '../room/live-room-client.ts';
import { useStore } from '../room/use-live-room.ts';
import { ChatComposer } from './chat-composer.tsx';
import { useModeration } from './moderation.ts';
import './chat.css';

/** Nearer to the end than this, one follows what is said. */
const FOLLOWS_WITHIN_PIXELS = 48;

/** What is said in a show, and a line to say something oneself; `children` stand beside that line. */
export function Chat({ client, children }: { client: LiveRoomClient; children?: ReactNode }) {
  const { messages, show, role, muted } = useStore(client.room);
  const { state } = useStore(client.connection);
  const { list, isBehind, onScroll, catchUp } = useFollowing(messages.length);
  return (
    <section className="chat" aria-label="Chat">
      <div className="chat-scroll" ref={list} onScroll={onScroll}>
        <ol role="log" aria-live="polite" aria-relevant="additions" data-testid="chat">
          {messages.map((message) => (
            <Message key={message.seq} message={message} ownRole={role} client={client} />
          ))}
        </ol>
        {messages.length === 0 && <p className="muted chat-empty">Nothing has been said yet.</p>}
      </div>
      {isBehind && (
        <Button kind="quiet" className="chat-behind" onClick={catchUp}>
          <Icon name="down" size={14} /> Newer messages
        </Button>
      )}
      {show?.status !== 'ended' && state !== 'refused' && (
        <div className="chat-foot">
          {children}
          <ChatComposer ask={client.ask} isOpen={state === 'live'} isMuted={muted} />
        </div>
      )}
    </section>
  );
}

/** Stays at the end while one is there, and leaves those alone who read what was said before. */
function useFollowing(count: number) {
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [isBehind, setBehind] = useState(false);
  const catchUp = () => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
    setBehind(false);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the number of messages that makes the list longer
  useEffect(() => {
    if (isAtEnd.current) list.current?.scrollTo({ top: list.current.scrollHeight });
    else setBehind(true);
  }, [count]);
  const onScroll = () => {
    const element = list.current;
    if (!element) return;
    isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < FOLLOWS_WITHIN_PIXELS;
    if (isAtEnd.current) setBehind(false);
  };
  return { list, isBehind, onScroll, catchUp };
}

type MessageProps = { message: ChatMessage; ownRole: LiveRole | null; client: LiveRoomClient };

function Message({ message, ownRole, client }: MessageProps) {
  const user = useUser();
  const isOwn = message.userId === user.id;
  const mayModerate = ownRole !== null && mayInRoom(ownRole, 'moderate');
  return (
    <li className="chat-message" data-seq={message.seq}>
      <Avatar name={message.username} size="small" />
      <p className="chat-by">
        <b>{isOwn ? 'You' : message.username}</b>
        {message.role !== 'viewer' && <span className="chip">{message.role}</span>}
        <time dateTime={message.at}>{formatClock(message.at)}</time>
      </p>
      {message.text === null ? (
        <p className="muted chat-text">This message was deleted.</p>
      ) : (
        <p className="chat-text">{message.text}</p>
      )}
      {(isOwn || mayModerate) && message.text !== null && (
        <MessageMenu message={message} isOwn={isOwn} client={client} />
      )}
    </li>
  );
}

function MessageMenu({
  message,
  isOwn,
  client,
}: {
  message: ChatMessage;
  isOwn: boolean;
  client: LiveRoomClient;
}) {
  const { userId, username, seq } = message;
  const [isOpen, setOpen] = useState(false);
  const remove = useDelete(client.ask);
  return (
    <div className="chat-menu">
      <button
        type="button"
        className="icon-button"
        aria-expanded={isOpen}
        aria-label={`More about the message of ${isOwn ? 'yourself' : username}`}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name={isOpen ? 'close' : 'more'} size={16} />
      </button>
      {isOpen && (
        <div className="chat-actions">
          <Button kind="danger" pending={remove.isPending} onClick={() => remove.mutate(seq)}>
            Delete
          </Button>
          {!isOwn && <PersonActions client={client} userId={userId} username={username} />}
          {remove.error && <Problem error={remove.error} />}
        </div>
      )}
    </div>
  );
}

/** What those who keep order may do about somebody. What they may not, the room says. */
export function PersonActions(props: { client: LiveRoomClient; userId: string; username: string }) {
  const { client, userId, username } = props;
  const { silenced } = useStore(client.room);
  const { mute, ban } = useModeration(client.ask, userId);
  const isMuted = silenced.has(userId);
  if (ban.isSuccess && ban.variables) {
    return (
      <p className="chat-banned" role="status">
        {username} was put out.{' '}
        <Button kind="quiet" pending={ban.isPending} onClick={() => ban.mutate(false)}>
          Let them in again
        </Button>
      </p>
    );
  }
  return (
    <>
      <Button pending={mute.isPending} onClick={() => mute.mutate(!isMuted)}>
        {isMuted ? 'Let them speak' : 'Mute'}
      </Button>
      <Button kind="danger" pending={ban.isPending} onClick={() => ban.mutate(true)}>
        Ban
      </Button>
      {(mute.error ?? ban.error) && <Problem error={mute.error ?? ban.error} />}
    </>
  );
}

function useDelete(ask: Ask) {
  return useMutation({ mutationFn: (message: number) => ask('chat:delete', { message }) });
}
