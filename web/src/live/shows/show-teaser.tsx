import { useQuery } from '@tanstack/react-query';
import { routeOf, useAddress } from '../../router.ts';
import { ShowHead } from '../room/show-head.tsx';
import { showQuery } from './queries.ts';
import '../../orders/status.css';
import './show-teaser.css';

/** For those who followed a link to a show and are not signed in: what awaits them, as far as everyone may know. */
export function ShowTeaser() {
  const route = routeOf(useAddress());
  return route.name === 'show' ? <Teaser showId={route.showId} /> : null;
}

function Teaser({ showId }: { showId: string }) {
  const { data, isError } = useQuery({ ...showQuery(showId), retry: false });
  if (!data && !isError) return null;
  return (
    <section className="show-teaser" aria-label="The show">
      {data ? (
        <>
          <ShowHead show={data.show} />
          <p>{data.show.status === 'ended' ? 'It is over.' : 'Sign in, and you are there.'}</p>
        </>
      ) : (
        <p>Sign in to see whether this show is open to you.</p>
      )}
    </section>
  );
}
