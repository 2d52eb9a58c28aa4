import type pg from 'pg';
import { CITY_RADIUS_METERS, CITY_SPREAD_METERS, cityCells, cityWeights } from './cities.ts';

/**
 * Fills the record with pending orders, clustered in cities and thinning out from their centres, as one statement over
 * generate_series, and lets Postgres look at them. Indexes are made after the rows, which is many times faster.
 */
export async function insertOrders(client: pg.Client, count: number): Promise<void> {
  await client.query(`
    insert into users (id, username, email, password_hash, role, last_active_at, created_at, updated_at)
    select gen_random_uuid(), 'creator-' || n, 'creator-' || n || '@example.com', '-', 'creator', now(), now(), now()
    from generate_series(1, 1000) n`);
  await insertCities(client);
  const indexes = await dropIndexes(client, 'live_stream_orders');
  // Its two keys are checked by the join itself; a trigger for each of so many rows is what takes the time.
  await client.query("set session_replication_role = 'replica'");
  await client.query(
    `with drawn as materialized (
       select n, random() as city, random() as outwards, random() as north, random() as east,
              1 + floor(random() * 1000)::int as creator
       from generate_series(1, $1::int) n
     ), creators as (
       select id, row_number() over () as number from users
     )
     insert into live_stream_orders (
       id, creator_id, title, location_point, location_cell, blurred_point, location_locality, service_radius,
       base_amount, currency, status, version, requirements, tags, created_at, updated_at)
     select
       (lpad(to_hex(1750000000000 + n), 12, '0') || '7' || substr(md5(n::text), 2, 3) || '8' ||
        substr(md5(n::text), 6, 15))::uuid,
       creators.id, 'Show me the place, number ' || n,
       ST_SetSRID(ST_MakePoint(cells.longitude + (east - 0.5) * 0.006, cells.latitude + (north - 0.5) * 0.006), 4326),
       cells.cell,
       ST_SetSRID(ST_MakePoint(cells.longitude, cells.latitude), 4326),
       'somewhere', 5000, 2500, 'USD', 'pending', 1, '{}', '{live,street}', now(), now()
     from drawn
     join bench_cities cities on drawn.city >= cities.from_share and drawn.city < cities.to_share
     join bench_cells cells
       on cells.city = cities.city
       and cells.position = floor(cities.cells * -$2::float8 * ln(1 - outwards * (1 - exp(-1 / $2::float8))))::int
     join creators on creators.number = drawn.creator`,
    [count, 2 * (CITY_SPREAD_METERS / CITY_RADIUS_METERS) ** 2],
  );
  await client.query("set session_replication_role = 'origin'");
  for (const index of indexes) await client.query(index);
  await client.query('drop table bench_cells, bench_cities');
  await client.query('vacuum analyze');
}

/** Cities by their share of all orders, and their cells, from the centre outwards: a position is a share of the area. */
async function insertCities(client: pg.Client): Promise<void> {
  await client.query(`
    create table bench_cells (
      city int, position int, cell text, latitude float8, longitude float8, primary key (city, position)
    )`);
  const cells = cityCells();
  await client.query(
    'insert into bench_cells select * from unnest($1::int[], $2::int[], $3::text[], $4::float8[], $5::float8[])',
    [
      cells.map(({ city }) => city),
      cells.map(({ position }) => position),
      cells.map(({ cell }) => cell),
      cells.map(({ center }) => center.latitude),
      cells.map(({ center }) => center.longitude),
    ],
  );
  await client.query(
    `create table bench_cities as
     select city, (total - weight) / sum as from_share, total / sum as to_share, cells
     from (
       select city, weight, sum(weight) over (order by city) as total, sum(weight) over () as sum
       from unnest($1::float8[]) with ordinality as given (weight, number), lateral (select number::int - 1 as city) c
     ) shares
     join (select city, count(*) as cells from bench_cells group by city) counted using (city)`.replace(
      '$1',
      `'{${cityWeights().join(',')}}'`,
    ),
  );
  await client.query('analyze bench_cells, bench_cities');
}

/** @returns the statements that make the indexes again; the primary key stays */
async function dropIndexes(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
     from pg_index where indrelid = $1::regclass and not indisprimary`,
    [table],
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}
