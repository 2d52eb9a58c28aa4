import { addressOf } from '../router.ts';
import { Link } from '../ui/link.tsx';
import { MapMarker } from './marker.tsx';
import type { OrderMark, Scene, Traveller } from './scene.tsx';

/** So many orders of one place are named before the rest is only counted. */
const FLAGS_PER_PLACE = 3;

/** Everything of a scene that is marked by a sign of its own. */
export function Marks({ scene }: { scene: Scene }) {
  return (
    <>
      {byPlace(scene.orders).map(([key, orders]) => (
        <OrderFlags key={key} orders={orders} />
      ))}
      {scene.chosen && (
        <MapMarker at={scene.chosen} onTop>
          <span className="mark-chosen" role="img" aria-label="The place you chose" />
        </MapMarker>
      )}
      {scene.traveller && <TravellerMark traveller={scene.traveller} />}
    </>
  );
}

/** Hidden places of the same cell have the same centre, so their flags share a pole. */
function byPlace(orders: readonly OrderMark[]): [string, OrderMark[]][] {
  const places = Map.groupBy(orders, ({ location }) => `${location.latitude},${location.longitude}`);
  return [...places];
}

function OrderFlags({ orders }: { orders: OrderMark[] }) {
  const [first] = orders;
  if (!first) return null;
  const isExact = first.location.precision === 'exact';
  const rest = orders.length - FLAGS_PER_PLACE;
  return (
    <MapMarker
      at={first.location}
      anchor={isExact ? 'bottom' : 'center'}
      onTop={orders.some(({ emphasized }) => emphasized)}
    >
      <div className={isExact ? 'flags flags-exact' : 'flags'}>
        {orders.slice(0, FLAGS_PER_PLACE).map((order) => (
          <Flag key={order.id} order={order} />
        ))}
        {rest > 0 && <span className="flag-rest">+{rest}</span>}
      </div>
    </MapMarker>
  );
}

function Flag({ order: { id, title, price, emphasized, isLink } }: { order: OrderMark }) {
  const className = emphasized ? 'flag flag-emphasized' : 'flag';
  const label = `${title}, ${price}`;
  if (!isLink) {
    return (
      <span className={className} role="img" aria-label={label}>
        {price}
      </span>
    );
  }
  const href = addressOf({ name: 'order', orderId: id });
  return (
    <Link href={href} className={className} aria-label={label} title={title}>
      {price}
    </Link>
  );
}

function TravellerMark({ traveller: { name, position, stale } }: { traveller: Traveller }) {
  const { heading } = position;
  return (
    <MapMarker at={position} glides onTop>
      <div
        className={stale ? 'traveller traveller-stale' : 'traveller'}
        role="img"
        aria-label={stale ? `${name} was last seen here` : `${name} is here`}
        data-testid="provider-marker"
        data-latitude={position.latitude}
        data-longitude={position.longitude}
      >
        <svg viewBox="0 0 40 40" width="40" height="40" aria-hidden="true">
          <circle className="traveller-halo" cx="20" cy="20" r="18" />
          <circle className="traveller-disc" cx="20" cy="20" r="13" />
          {heading === null ? (
            <circle className="traveller-sign" cx="20" cy="20" r="5" />
          ) : (
            <path
              className="traveller-sign"
              d="M20 11.5 26 27l-6-3.4L14 27z"
              style={{ transform: `rotate(${heading}deg)` }}
            />
          )}
        </svg>
        <span className="traveller-name">{name}</span>
      </div>
    </MapMarker>
  );
}
