import { lazy, Suspense } from 'react';
import { DisputesPage } from '../admin/disputes-page.tsx';
import { PaymentStepsPage } from '../admin/payment-steps-page.tsx';
import { ShowsPage } from '../live/shows/shows-page.tsx';
import { CardsPage } from '../money/cards-page.tsx';
import { EarningsPage } from '../money/earnings-page.tsx';
import { ExplorePage } from '../orders/explore-page.tsx';
import { NewOrderPage } from '../orders/new-order-page.tsx';
import { OrderPage } from '../orders/order-page.tsx';
import { OwnOrdersPage } from '../orders/own-orders-page.tsx';
import { addressOf, routeOf, useAddress } from '../router.ts';
import { Link } from '../ui/link.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { Skeleton } from '../ui/skeleton.tsx';

const PreflightPage = lazy(() => import('../live/preflight/preflight-page.tsx'));

/** The page that the address leads to. */
export function Page() {
  const route = routeOf(useAddress());
  switch (route.name) {
    case 'explore':
      return <ExplorePage at={route.at} />;
    case 'own-orders':
      return <OwnOrdersPage />;
    case 'new-order':
      return <NewOrderPage at={route.at} />;
    case 'order':
      return <OrderPage key={route.orderId} orderId={route.orderId} />;
    case 'shows':
      return <ShowsPage list={route.list} />;
    case 'preflight':
      return (
        <Suspense fallback={<Skeleton rows={5} height={56} label="Loading" />}>
          <PreflightPage />
        </Suspense>
      );
    // Those have a frame of their own.
    case 'show':
    case 'studio':
      return null;
    case 'cards':
      return <CardsPage />;
    case 'earnings':
      return <EarningsPage isLinkSpent={route.isLinkSpent} />;
    case 'disputes':
      return <DisputesPage />;
    case 'payment-steps':
      return <PaymentStepsPage />;
    case 'not-found':
      return <NotFoundPage />;
  }
}

function NotFoundPage() {
  return (
    <PageFrame title="Nothing here">
      <h1>Nothing here</h1>
      <p className="muted">This address leads nowhere.</p>
      <Link href={addressOf({ name: 'explore', at: null })} className="button button-primary">
        To the map
      </Link>
    </PageFrame>
  );
}
