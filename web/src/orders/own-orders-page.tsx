import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { EMPTY_SCENE, type Scene, useScene } from '../map/scene.tsx';
import { addressOf } from '../router.ts';
import { useMay } from '../session/user.tsx';
import { Button } from '../ui/button.tsx';
import { Link } from '../ui/link.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { markOf } from './marks.ts';
import { OrderCard } from './order-card.tsx';
import { ownOrdersQuery } from './queries.ts';
import { OrderTabs } from './tabs.tsx';

/** What this person ordered or took on. */
export function OwnOrdersPage() {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(ownOrdersQuery);
  const [pointed, setPointed] = useState<string | null>(null);
  const mayCreate = useMay('order:create');
  const orders = useMemo(() => data?.pages.flatMap(({ items }) => items), [data]);

  const scene = useMemo<Scene>(
    () => ({
      ...EMPTY_SCENE,
      view: { key: 'own-orders', points: (orders ?? []).map(({ location }) => location), margin: 1_500 },
      orders: (orders ?? []).map((order) => markOf(order, order.id === pointed)),
    }),
    [orders, pointed],
  );
  useScene(scene);

  return (
    <PageFrame title="Your orders">
      <h1 className="visually-hidden">Your orders</h1>
      <div className="list-head">
        <OrderTabs current="own-orders" />
      </div>
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton rows={4} height={92} label="Loading your orders" />}
      {orders && (
        <ul className="cards">
          {orders.map((order) => (
            <OrderCard
              key={order.id}
              order={order}
              showStatus
              onPoint={(isPointed) => setPointed(isPointed ? order.id : null)}
            />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
      {orders?.length === 0 && (
        <div className="empty">
          <p>Nothing here yet.</p>
          <p className="muted">
            {mayCreate
              ? 'Choose a place on the map and order a stream from it.'
              : 'Orders that you are chosen for will stand here.'}
          </p>
          <Link className="button button-primary" href={addressOf({ name: 'explore', at: null })}>
            To the map
          </Link>
        </div>
      )}
    </PageFrame>
  );
}
