import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import type { Position } from '#domain/geo/geojson.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import type { Relation } from '#domain/orders/transitions.ts';
import { ENDED, possibleIn } from '#domain/orders/transitions.ts';
import { ARRIVAL_RADIUS_METERS, mayTrack } from '#domain/tracking/policy.ts';
import { ResolveForm } from '../admin/resolve-form.tsx';
import { ShowLink } from '../live/room/show-link.tsx';
import { EMPTY_SCENE, type Scene, useScene } from '../map/scene.tsx';
import { MoneyPanel } from '../money/money-panel.tsx';
import { useReturnFromBank } from '../money/paying.ts';
import { orderPaymentQuery } from '../money/queries.ts';
import { OrderActions } from '../orders/actions.tsx';
import { Applications } from '../orders/applications.tsx';
import { markHere } from '../orders/marks.ts';
import { OrderDetails } from '../orders/order-details.tsx';
import { OrderHead } from '../orders/order-head.tsx';
import { RatingForm } from '../orders/rating-form.tsx';
import { useOwnLocation } from '../provider/own-location.tsx';
import { ProviderDesk } from '../provider/provider-desk.tsx';
import { useUser } from '../session/user.tsx';
import { Problem } from '../ui/problem.tsx';
import { Arrival } from './arrival.tsx';
import { Composer } from './composer.tsx';
import { Connection } from './connection.tsx';
import { Timeline } from './timeline.tsx';
import { useNames } from './use-names.ts';
import { type Room, useRoom } from './use-room.ts';
import './room.css';

/** An order with its room, for those it belongs to. */
export function PartyView({ order, relation }: { order: OrderView; relation: Relation }) {
  const user = useUser();
  const room = useRoom(order.id);
  const nameOf = useNames(order, room.events);
  const isFollowed = mayTrack(order.status);
  useRoomScene(order, room, order.providerId ? nameOf(order.providerId) : '');
  useOwnFixesInRoom(relation === 'provider' && isFollowed, room.send);

  const payment = useOrderPayment(order, room);
  useReturnFromBank(relation === 'creator' ? payment.data : null);
  const payee = order.providerId ? nameOf(order.providerId) : 'the provider';

  const other = relation === 'creator' ? order.providerId : relation === 'provider' ? order.creatorId : null;
  const hasRated = room.events.some(({ event, data }) => event === 'order:rated' && data.by === user.id);
  return (
    <>
      <OrderHead order={order} aside={<Connection room={room} nameOf={nameOf} />} />
      <ShowLink order={order} relation={relation} />
      {isFollowed && <Arrival order={order} room={room} relation={relation} nameOf={nameOf} />}
      {payment.error && !payment.data && <Problem error={payment.error} onRetry={payment.retry} />}
      {payment.data && order.status !== 'pending' && (
        <MoneyPanel order={order} payment={payment.data} relation={relation} payee={payee} />
      )}
      <OrderActions order={order} payment={payment.data} relation={relation} />
      {relation === 'creator' && order.status === 'pending' && (
        <Applications order={order} payment={payment.data} />
      )}
      {relation === 'admin' && <ResolveForm order={order} payment={payment.data} />}
      {relation === 'provider' && isFollowed && <ProviderDesk />}
      {ENDED.has(order.status) && order.startedAt && other && !hasRated && room.connection === 'live' && (
        <RatingForm orderId={order.id} about={nameOf(other)} />
      )}
      {relation !== 'admin' && possibleIn('message', order.status) && (
        <Composer send={room.send} isOpen={room.connection === 'live'} />
      )}
      <Timeline
        events={room.events}
        isLoading={room.connection === 'connecting'}
        nameOf={nameOf}
        currency={order.currency}
      />
      <OrderDetails order={order} />
    </>
  );
}

/** The order's payment, which there is once an application was first to be accepted; how that went is for the creator to read. */
function useOrderPayment(order: OrderView, room: Room) {
  const wasTried = room.events.some(({ event }) => event.startsWith('payment:'));
  const { data, error, refetch } = useQuery({
    ...orderPaymentQuery(order.id),
    enabled: wasTried || order.acceptedAt !== null,
  });
  return { data: data?.payment ?? null, error, retry: () => void refetch() };
}

/** Around the place that somebody is on the way to, in metres. */
const RINGS = [500, 1_000, 2_000, 5_000, 10_000, 25_000];

function placeOf([longitude, latitude]: Position): Coordinates {
  return { latitude, longitude };
}

function useRoomScene(order: OrderView, { position, stale, trail }: Room, name: string): void {
  const isOpen = order.status === 'pending';
  const isFollowed = mayTrack(order.status);
  const scene = useMemo<Scene>(() => {
    const shown = isFollowed ? position : null;
    const way = trail.map(({ position: point }) => point);
    return {
      ...EMPTY_SCENE,
      view: {
        key: `${order.id} ${order.status} ${shown ? 'followed' : 'alone'} ${way.length > 0 ? 'way' : ''}`,
        // On the way, what lies ahead; afterwards all of it.
        points: [order.location, ...(shown ? [shown] : way.map(placeOf))],
        margin: isOpen ? order.serviceRadius : ARRIVAL_RADIUS_METERS * 2,
      },
      orders: [markHere(order)],
      service: isOpen ? { center: order.location, radius: order.serviceRadius } : null,
      arrival: isFollowed ? { center: order.location, radius: ARRIVAL_RADIUS_METERS } : null,
      rings: isFollowed ? { center: order.location, radii: RINGS } : null,
      traveller: shown ? { name, position: shown, stale } : null,
      trail: way,
    };
  }, [order, isOpen, isFollowed, position, stale, trail, name]);
  useScene(scene);
}

/** In the room a provider's fixes go straight to it: one hop less to the map of the one who waits. */
function useOwnFixesInRoom(isFollowed: boolean, send: Room['send']): void {
  const { sendThrough } = useOwnLocation();
  useEffect(() => (isFollowed ? sendThrough(send) : undefined), [isFollowed, send, sendThrough]);
}
