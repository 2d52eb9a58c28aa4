import { lazy, Suspense } from 'react';
import { SceneProvider } from './map/scene.tsx';
import { OwnLocationProvider } from './provider/own-location.tsx';
import { routeOf, useAddress } from './router.ts';
import { PersonSocketProvider } from './session/person-socket.tsx';
import { UserGate } from './session/user.tsx';
import { Header } from './shell/header.tsx';
import { Page } from './shell/page.tsx';
import { Stage } from './shell/stage.tsx';
import { Splash } from './ui/splash.tsx';
import './shell/shell.css';

// WebRTC is for those who watch or show something.
const ShowPage = lazy(() => import('./live/player/show-page.tsx'));
const StudioPage = lazy(() => import('./live/studio/studio-page.tsx'));

/** Everything behind the sign-in. */
export default function SignedInApp() {
  return (
    <UserGate>
      <PersonSocketProvider>
        <OwnLocationProvider>
          <SceneProvider>
            <Shell />
          </SceneProvider>
        </OwnLocationProvider>
      </PersonSocketProvider>
    </UserGate>
  );
}

/** One map that stays, and beside it the page that is open; or a show in the map's place. */
function Shell() {
  const route = routeOf(useAddress());
  switch (route.name) {
    case 'show':
      return (
        <Suspense fallback={<Splash />}>
          <ShowPage key={route.showId} showId={route.showId} />
        </Suspense>
      );
    case 'studio':
      return (
        <Suspense fallback={<Splash />}>
          <StudioPage key={route.showId} showId={route.showId} />
        </Suspense>
      );
    default:
      return (
        <div className="shell">
          <div className="panel">
            <Header />
            <Page />
          </div>
          <Stage />
        </div>
      );
  }
}
