import { SceneProvider } from './map/scene.tsx';
import { OwnLocationProvider } from './provider/own-location.tsx';
import { PersonSocketProvider } from './session/person-socket.tsx';
import { UserGate } from './session/user.tsx';
import { Header } from './shell/header.tsx';
import { Page } from './shell/page.tsx';
import { Stage } from './shell/stage.tsx';
import './shell/shell.css';

/** Everything behind the sign-in: one map that stays, and beside it the page that is open. */
export default function SignedInApp() {
  return (
    <UserGate>
      <PersonSocketProvider>
        <OwnLocationProvider>
          <SceneProvider>
            <div className="shell">
              <div className="panel">
                <Header />
                <Page />
              </div>
              <Stage />
            </div>
          </SceneProvider>
        </OwnLocationProvider>
      </PersonSocketProvider>
    </UserGate>
  );
}
