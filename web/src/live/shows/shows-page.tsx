import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { EMPTY_SCENE, type Scene, useScene } from '../../map/scene.tsx';
import { addressOf } from '../../router.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Link } from '../../ui/link.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Problem } from '../../ui/problem.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useNow } from '../../ui/use-now.ts';
import { factsOf, ShowChip } from '../room/show-head.tsx';
import { type ListedShow, type ShowList, showsQuery } from './queries.ts';
import '../../orders/order-card.css';
import '../room/viewers.css';

/** What is live now for everyone, or the shows that this person has to do with. */
export function ShowsPage({ list }: { list: ShowList }) {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(showsQuery(list));
  const shows = useMemo(() => data?.pages.flatMap(({ items }) => items), [data]);
  useScene(
    useMemo<Scene>(
      () => ({
        ...EMPTY_SCENE,
        view: {
          key: `shows ${list}`,
          points: (shows ?? []).flatMap(({ location }) => location ?? []),
          margin: 2_000,
        },
      }),
      [shows, list],
    ),
  );
  return (
    <PageFrame title="Live shows">
      <h1 className="visually-hidden">Live shows</h1>
      <nav className="tabs" aria-label="Live shows">
        <Tab list="live" current={list} label="Live now" />
        <Tab list="mine" current={list} label="Yours" />
      </nav>
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton rows={4} height={76} label="Loading the shows" />}
      {shows && shows.length > 0 && (
        <ul className="cards">
          {shows.map((show) => (
            <ShowCard key={show.id} show={show} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
      {shows?.length === 0 && (
        <div className="empty">
          <p>{list === 'live' ? 'Nothing is live for everyone right now.' : 'No shows yet.'}</p>
          <p className="muted">
            {list === 'live'
              ? 'Order a stream from a place, and open it to everyone.'
              : 'An order has its show as soon as a provider is chosen for it.'}
          </p>
          <Link className="button button-primary" href={addressOf({ name: 'explore', at: null })}>
            To the map
          </Link>
        </div>
      )}
    </PageFrame>
  );
}

function Tab({ list, current, label }: { list: ShowList; current: ShowList; label: string }) {
  return (
    <Link href={addressOf({ name: 'shows', list })} aria-current={list === current ? 'page' : undefined}>
      {label}
    </Link>
  );
}

function ShowCard({ show }: { show: ListedShow }) {
  const now = useNow(30_000);
  return (
    <li className="card">
      <Link className="card-link" href={addressOf({ name: 'show', showId: show.id })}>
        <span className="card-title">{show.title}</span>
        <span className="card-price">
          <span className="viewer-count">
            <Icon name="people" size={16} /> {show.viewers.toLocaleString()}
          </span>
        </span>
        <span className="card-facts">
          <ShowChip status={show.status} />
          {factsOf(show, now).join(' · ')}
        </span>
      </Link>
    </li>
  );
}
