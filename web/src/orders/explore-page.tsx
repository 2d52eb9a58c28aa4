import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import { formatCoordinates } from '../format/distance.ts';
import { ringRadii } from '../map/geometry.ts';
import { EMPTY_SCENE, type Scene, useScene } from '../map/scene.tsx';
import { ProviderDesk } from '../provider/provider-desk.tsx';
import { addressOf, navigate } from '../router.ts';
import { useMay } from '../session/user.tsx';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Icon } from '../ui/icon.tsx';
import { Link } from '../ui/link.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { markOf } from './marks.ts';
import { OrderCard } from './order-card.tsx';
import { lastPlace, rememberPlace } from './place.ts';
import { nearbyOrdersQuery, nearbyProvidersQuery } from './queries.ts';
import { OrderTabs } from './tabs.tsx';
import { useCurrentPosition } from './use-current-position.ts';

const RADII = [
  { value: '1000', label: '1 km' },
  { value: '5000', label: '5 km' },
  { value: '25000', label: '25 km' },
] as const;

/** The orders around a place, on the map and as a list. A tap on the map looks there instead. */
export function ExplorePage({ at }: { at: Coordinates | null }) {
  const [first] = useState(lastPlace);
  const place = at ?? first;
  const [radius, setRadius] = useState<(typeof RADII)[number]['value']>('5000');
  const [pointed, setPointed] = useState<string | null>(null);
  const mayCreate = useMay('order:create');
  const isProvider = useMay('location:share');
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery(
    nearbyOrdersQuery(place, Number(radius)),
  );
  const { data: providers } = useQuery(nearbyProvidersQuery(place, Number(radius)));

  const look = useCallback((next: Coordinates) => navigate(addressOf({ name: 'explore', at: next })), []);
  const [finds, setFinds] = useState(0);
  const position = useCurrentPosition((found) => {
    setFinds((count) => count + 1);
    look(found);
  });
  useEffect(() => {
    if (at) rememberPlace(at);
  }, [at]);

  const orders = data?.items;
  const available = providers?.items;
  const scene = useMemo<Scene>(
    () => ({
      ...EMPTY_SCENE,
      // A tapped place is in view already; the map moves for what was not pointed at on it.
      view: { key: `${radius} ${finds}`, points: [place], margin: Number(radius) },
      orders: (orders ?? []).map((order) => markOf(order, order.id === pointed)),
      available: available ?? [],
      chosen: at,
      rings: { center: place, radii: ringRadii(Number(radius)) },
      onTap: look,
    }),
    [place, radius, finds, orders, available, pointed, at, look],
  );
  useScene(scene);

  return (
    <PageFrame title="Orders nearby">
      <h1 className="page-lead">
        Tap a place on the map <em>and see it live.</em>
      </h1>
      <div className="place-row">
        <span className="place-name">
          <Icon name="flag" size={16} />
          {formatCoordinates(place)}
        </span>
        <Button kind="quiet" pending={position.isPending} onClick={position.find}>
          <Icon name="here" size={16} /> Where I am
        </Button>
      </div>
      {position.problem && (
        <p className="problem" role="alert">
          {position.problem}
        </p>
      )}
      {mayCreate && (
        <div className="call">
          <Link
            className="button button-primary button-wide"
            href={addressOf({ name: 'new-order', at: place })}
          >
            Order a stream here
          </Link>
          <p className="muted" role="status">
            {available ? availableText(available.length) : 'Looking for providers…'}
          </p>
        </div>
      )}
      {isProvider && <ProviderDesk />}
      <div className="list-head">
        <OrderTabs current="explore" />
        <Choice legend="How far around" options={RADII} value={radius} onChange={setRadius} />
      </div>
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton rows={4} height={92} label="Looking for orders" />}
      {orders && orders.length > 0 && (
        <ul className="cards" aria-busy={isPlaceholderData}>
          {orders.map((order) => (
            <OrderCard
              key={order.id}
              order={order}
              onPoint={(isPointed) => setPointed(isPointed ? order.id : null)}
            />
          ))}
        </ul>
      )}
      {orders?.length === 0 && (
        <div className="empty">
          <p>No open orders within {RADII.find(({ value }) => value === radius)?.label} of here.</p>
          <p className="muted">
            {mayCreate
              ? 'Be the first: order a stream from this place.'
              : 'Tap another place, or look farther around.'}
          </p>
        </div>
      )}
    </PageFrame>
  );
}

function availableText(count: number): string {
  if (count === 0) return 'No provider is available around here right now.';
  return count === 1
    ? '1 provider is available around here.'
    : `${count} providers are available around here.`;
}
