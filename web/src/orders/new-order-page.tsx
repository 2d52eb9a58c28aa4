import { useCallback, useMemo, useState } from 'react';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import { formatCoordinates } from '../format/distance.ts';
import { EMPTY_SCENE, type Scene, useScene } from '../map/scene.tsx';
import { addressOf, navigate } from '../router.ts';
import { useMay } from '../session/user.tsx';
import { Icon } from '../ui/icon.tsx';
import { Link } from '../ui/link.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { OrderForm } from './order-form.tsx';
import { lastPlace } from './place.ts';

/** Orders a stream from a place. A tap on the map takes another place. */
export function NewOrderPage({ at }: { at: Coordinates | null }) {
  const [first] = useState(lastPlace);
  const place = at ?? first;
  const [radius, setRadius] = useState(5_000);
  const mayCreate = useMay('order:create');
  const choose = useCallback(
    (next: Coordinates) => navigate(addressOf({ name: 'new-order', at: next }), { replace: true }),
    [],
  );

  const scene = useMemo<Scene>(
    () => ({
      ...EMPTY_SCENE,
      view: { key: `new ${radius}`, points: [place], margin: radius },
      chosen: place,
      service: { center: place, radius },
      onTap: choose,
    }),
    [place, radius, choose],
  );
  useScene(scene);

  return (
    <PageFrame title="Order a stream">
      <Link className="back" href={addressOf({ name: 'explore', at: place })}>
        <Icon name="back" size={16} /> Orders nearby
      </Link>
      <h1>Order a stream from here</h1>
      <p className="place-name">
        <Icon name="flag" size={16} />
        {formatCoordinates(place)}
        <span className="muted">· tap the map to move it</span>
      </p>
      {mayCreate ? (
        <OrderForm
          place={place}
          radius={radius}
          onRadius={setRadius}
          onCreated={({ id }) => navigate(addressOf({ name: 'order', orderId: id }), { replace: true })}
        />
      ) : (
        <p className="problem">Your account provides streams; it cannot order them.</p>
      )}
    </PageFrame>
  );
}
