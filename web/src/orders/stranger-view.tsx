import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { OrderView } from '#domain/orders/order-view.ts';
import { EMPTY_SCENE, type Scene, useScene } from '../map/scene.tsx';
import { ProviderDesk } from '../provider/provider-desk.tsx';
import { useMay } from '../session/user.tsx';
import { Problem } from '../ui/problem.tsx';
import { ApplyForm } from './apply-form.tsx';
import { markHere } from './marks.ts';
import { OrderDetails } from './order-details.tsx';
import { OrderHead } from './order-head.tsx';
import { OwnApplication } from './own-application.tsx';
import { applicationsQuery } from './queries.ts';

/** An open order of somebody else: what it asks for, and how to apply. Its place is hidden in its cell. */
export function StrangerView({ order }: { order: OrderView }) {
  const mayApply = useMay('order:apply');
  const scene = useMemo<Scene>(
    () => ({
      ...EMPTY_SCENE,
      view: { key: order.id, points: [order.location], margin: order.serviceRadius },
      orders: [markHere(order)],
      service: { center: order.location, radius: order.serviceRadius },
    }),
    [order],
  );
  useScene(scene);
  return (
    <>
      <OrderHead order={order} />
      {order.accepting && (
        <p className="accepting" role="status">
          Somebody is just being chosen. If their payment does not work out, the order stays open.
        </p>
      )}
      {mayApply && <Application order={order} />}
      <OrderDetails order={order} />
      {mayApply && <ProviderDesk />}
    </>
  );
}

function Application({ order }: { order: OrderView }) {
  const { data, error, refetch } = useQuery(applicationsQuery(order.id));
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />;
  const open = data?.items.find(({ status }) => status === 'pending');
  if (open) return <OwnApplication application={open} />;
  return <ApplyForm order={order} isReady={data !== undefined} />;
}
