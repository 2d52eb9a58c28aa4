import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { ShowView } from '#domain/live/show-view.ts';
import { useUser } from '../../session/user.tsx';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { TextField } from '../../ui/field.tsx';
import { Problem } from '../../ui/problem.tsx';
import { invitationsQuery, useInvite, useOpenTo, useUninvite } from '../shows/queries.ts';
import type { LiveRoomClient } from './live-room-client.ts';
import './audience.css';
import { People, ViewerCount } from './viewers.tsx';

/** Who watches, and for the show's owner: who may. */
export function Audience({ show, client }: { show: ShowView; client: LiveRoomClient }) {
  const user = useUser();
  // An order's show names the order to its parties; of those the one who does not show it decides who may watch.
  const isOwner = show.orderId !== null && show.hostId !== user.id && user.role !== 'admin';
  return (
    <details className="audience">
      <summary>
        Who is here <ViewerCount client={client} />
      </summary>
      <div className="audience-body">
        <People client={client} />
        {isOwner && show.status !== 'ended' && <Openness show={show} />}
      </div>
    </details>
  );
}

function Openness({ show }: { show: ShowView }) {
  const open = useOpenTo(show.id);
  return (
    <section className="audience-open" aria-label="Who may watch">
      <Choice
        legend="Who may watch"
        showLegend
        options={[
          { value: 'private', label: 'Those I invite' },
          { value: 'public', label: 'Everyone' },
        ]}
        value={show.visibility}
        onChange={(visibility) => open.mutate(visibility)}
      />
      {open.error && <Problem error={open.error} />}
      <Invitations showId={show.id} />
    </section>
  );
}

function Invitations({ showId }: { showId: string }) {
  const { data, error, refetch } = useQuery(invitationsQuery(showId));
  const invite = useInvite(showId);
  const uninvite = useUninvite(showId);
  const [username, setUsername] = useState('');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = username.trim();
    if (name) invite.mutate({ username: name, role: 'viewer' }, { onSuccess: () => setUsername('') });
  };
  return (
    <>
      <form className="audience-invite" onSubmit={submit}>
        <TextField
          label="Invite by name"
          value={username}
          onChange={(event) => setUsername(event.target.value)}
          autoComplete="off"
          autoCapitalize="none"
          maxLength={64}
        />
        <Button type="submit" pending={invite.isPending}>
          Invite
        </Button>
      </form>
      {invite.error && <Problem error={invite.error} />}
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {data && data.items.length > 0 && (
        <ul className="people" aria-label="Invited">
          {data.items.map(({ userId, username: name }) => (
            <li key={userId}>
              <span className="people-name">{name}</span>
              <span className="people-actions">
                <Button
                  kind="quiet"
                  pending={uninvite.isPending && uninvite.variables === userId}
                  onClick={() => uninvite.mutate(userId)}
                >
                  Take back
                </Button>
              </span>
            </li>
          ))}
        </ul>
      )}
      {uninvite.error && <Problem error={uninvite.error} />}
    </>
  );
}
