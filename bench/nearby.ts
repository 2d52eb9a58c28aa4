import { drizzle } from 'drizzle-orm/pg-proxy';
import pg from 'pg';
import type { Database } from '#db/client.ts';
import { migratePostgres } from '#db/migrate.ts';
import type { Around } from '#db/queries/nearby.ts';
import { nearbyOrders } from '#db/queries/nearby-orders.ts';
import * as schema from '#db/schema/index.ts';
import { startPostgres } from '#scripts/postgres.ts';
import { placeIn, type Surroundings, seededRandom } from './cities.ts';
import { percentile } from './measure/statistics.ts';
import { insertOrders } from './million-orders.ts';
import { type Aim, advantage, type Line, type PartResult } from './report.ts';

const ORDERS = 1_000_000;

/** The radius that the API takes by default, and the most that it allows; of slow searches fewer points are enough. */
const SEARCHES = [
  { from: 'city', radius: 5_000, points: 300 },
  { from: 'city', radius: 50_000, points: 60 },
  { from: 'country', radius: 50_000, points: 100 },
  { from: 'nowhere', radius: 50_000, points: 100 },
] as const satisfies { from: Surroundings; radius: number; points: number }[];

const NAMES: Record<Surroundings, string> = {
  city: 'in a city',
  country: 'in the country',
  nowhere: 'in the middle of nowhere',
};

const LIMIT = 20;

/** One search's p50 and p99. */
type Measured = { from: Surroundings; lines: [Line, Line] };

type Query = { text: string; params: unknown[] };

/** `/orders/nearby`'s query at a million pending orders, against the one that first comes to mind. */
export async function nearby(
  cleanup: AsyncDisposableStack,
  log: (line: string) => void,
): Promise<PartResult> {
  const postgres = await startPostgres();
  cleanup.defer(() => postgres.stop());
  await migratePostgres(postgres.url);
  const client = new pg.Client({ connectionString: postgres.url });
  // The cluster is taken away under it when the run is cut short.
  client.on('error', () => {});
  await client.connect();
  log(`inserting ${ORDERS.toLocaleString('en-US')} orders`);
  await insertOrders(client, ORDERS);

  const measured: Measured[] = [];
  for (const search of SEARCHES) {
    log(`searching ${search.radius / 1000} km around ${search.points} points ${NAMES[search.from]}`);
    measured.push(await compare(client, search));
  }
  await client.end();
  await postgres.stop();
  return { lines: measured.flatMap(({ lines }) => lines), aims: aimsOf(measured), notes: [] };
}

async function compare(
  client: pg.Client,
  { from, radius, points }: (typeof SEARCHES)[number],
): Promise<Measured> {
  const random = seededRandom(radius);
  const ours: number[] = [];
  const plain: number[] = [];
  for (let point = 0; point < points; point++) {
    const around = { center: placeIn(from, random), radius, limit: LIMIT };
    const queries = [
      { into: ours, query: await productQuery(around) },
      { into: plain, query: plainQuery(around) },
    ];
    // Whoever comes second finds the pages in memory.
    if (point % 2) queries.reverse();
    const found: string[] = [];
    for (const { into, query } of queries) {
      const start = performance.now();
      const { rows } = await client.query({ text: query.text, values: query.params, rowMode: 'array' });
      into.push(performance.now() - start);
      // Both end in the distance. Orders in one cell are equally far, so only distances can be compared.
      found.push(rows.map((row) => Number(row.at(-1)).toFixed(3)).join());
    }
    if (found[0] !== found[1]) throw new Error(`the two queries disagree around ${JSON.stringify(around)}`);
  }
  const line = (percent: 50 | 99): Line => ({
    part: 'nearby',
    measurement: `${LIMIT} nearest of 1,000,000 within ${radius / 1000} km, ${NAMES[from]}: p${percent}`,
    unit: 'ms',
    better: 'lower',
    ours: percentile(ours, percent / 100),
    rival: percentile(plain, percent / 100),
    tunedRival: null,
  });
  return { from, lines: [line(50), line(99)] };
}

/** The statement that the product itself makes for this search, taken where it would leave for the database. */
async function productQuery(around: Around): Promise<Query> {
  const made: Query[] = [];
  const recorder = drizzle(
    async (text, params) => {
      made.push({ text, params });
      return { rows: [] };
    },
    { schema },
  );
  // Queries are built alike for every driver of drizzle; only what carries them differs.
  await nearbyOrders(recorder as unknown as Database, around);
  const [query] = made;
  if (!query || made.length > 1) throw new Error('nearbyOrders is expected to be one statement');
  return query;
}

/** As it stands in most answers to the question: filter by the radius, sort by the distance, take the first. */
function plainQuery({ center, radius, limit }: Around): Query {
  return {
    text: `
      select o.*, u.username, ST_Distance(o.blurred_point, here) as distance
      from live_stream_orders o
      join users u on u.id = o.creator_id,
      lateral (select ST_SetSRID(ST_MakePoint($1::float8, $2::float8), 4326)::geography as here) point
      where o.status = 'pending' and ST_DWithin(o.blurred_point, here, $3)
      order by ST_Distance(o.blurred_point, here)
      limit $4`,
    params: [center.longitude, center.latitude, radius, limit],
  };
}

function aimsOf(measured: readonly Measured[]): Aim[] {
  const at = (from: Surroundings) =>
    measured.filter((each) => each.from === from).map(({ lines }) => lines[1]);
  const slowest = (lines: readonly Line[]) => Math.max(...lines.map(({ ours }) => ours));
  const within = (aim: string, milliseconds: number): Aim => ({
    aim,
    reached: `${milliseconds.toFixed(1)} ms`,
    met: milliseconds <= 10,
  });
  const least = Math.min(...at('city').map((line) => advantage(line, line.rival ?? Number.NaN)));
  return [
    within('nearby p99 ≤ 10 ms in cities and in the country', slowest([...at('city'), ...at('country')])),
    within('nearby p99 ≤ 10 ms even in the middle of nowhere', slowest(at('nowhere'))),
    {
      aim: 'nearby p99 ≥ 5 × faster than the plain form in cities',
      reached: `${least.toFixed(1)} ×`,
      met: least >= 5,
    },
  ];
}
