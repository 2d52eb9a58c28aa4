import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import { jwtVerify } from 'jose';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { blur } from '#domain/geo/cells.ts';

/**
 * Placing, reading and listing orders as one writes it with Express and pg: the token is checked, the same rows are read
 * and written by the same statements, the answers hold the same fields. It writes the event and what is owed in the order's
 * own transaction, but nobody carries it out.
 */
const { DATABASE_URL, JWT_SECRET = '' } = process.env;
const secret = new TextEncoder().encode(JWT_SECRET);
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });

const COLUMNS = `id, creator_id "creatorId", provider_id "providerId", title, description,
  ST_Y(location_point::geometry) latitude, ST_X(location_point::geometry) longitude, location_address address,
  location_locality locality, service_radius "serviceRadius", base_amount "baseAmount",
  agreed_amount "agreedAmount", currency, status, version, scheduled_for "scheduledFor",
  accepted_at "acceptedAt", started_at "startedAt", completed_at "completedAt", cancelled_at "cancelledAt",
  released_at "releasedAt", requirements, tags, created_at "createdAt", updated_at "updatedAt"`;

const app = express();
app.use(express.json());

app.use(async (request: Request, response: Response, next: NextFunction) => {
  try {
    const token = request.headers.authorization?.split(' ')[1] ?? '';
    const { payload } = await jwtVerify(token, secret, {
      algorithms: ['HS256'],
      issuer: 'taplive',
      audience: 'taplive-api',
    });
    response.locals.userId = payload.sub;
    next();
  } catch {
    response.status(401).json({ success: false });
  }
});

app.post('/api/v1/orders', async (request, response) => {
  const {
    title,
    description = null,
    location,
    serviceRadius = 5_000,
    baseAmount,
    currency = 'USD',
  } = request.body;
  if (
    typeof title !== 'string' ||
    !(Math.abs(location?.latitude) <= 90) ||
    !(Math.abs(location?.longitude) <= 180) ||
    !(baseAmount > 0)
  ) {
    response.status(400).json({ success: false });
    return;
  }
  const { userId } = response.locals;
  const id = uuidv7();
  const { cell, center } = blur(location);
  const point = ({ latitude, longitude }: { latitude: number; longitude: number }) =>
    `SRID=4326;POINT(${longitude} ${latitude})`;
  const client = await pool.connect();
  try {
    await client.query('begin');
    const found = await client.query('select role from users where id = $1', [userId]);
    if (found.rows[0]?.role !== 'creator') throw new Error('forbidden');
    await client.query(
      `insert into order_events (order_id, seq, command_id, name, data, at)
       values ($1, 1, $2, 'order:created', $3, now())`,
      [id, uuidv7(), { by: userId, status: 'pending', title }],
    );
    const { rows } = await client.query(
      `insert into live_stream_orders (
         id, creator_id, title, description, location_point, location_cell, blurred_point, location_address,
         location_locality, service_radius, base_amount, currency, status, version, deadline_at, requirements, tags,
         created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'pending', 1, now() + interval '1 day', $13, $14,
         now(), now())
       returning ${COLUMNS}`,
      [
        id,
        userId,
        title,
        description,
        point(location),
        cell,
        point(center),
        location.address ?? null,
        location.locality ?? null,
        serviceRadius,
        Math.round(baseAmount * 100),
        currency,
        request.body.requirements ?? [],
        request.body.tags ?? [],
      ],
    );
    await client.query(
      `insert into order_effects (order_id, seq, position, effect, created_at)
       values ($1, 1, 0, '{"kind":"publish"}', now()), ($1, 1, 1, '{"kind":"announce"}', now())`,
      [id],
    );
    await client.query('commit');
    response.status(201).json(envelope({ order: view(rows[0]) }));
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
});

app.get('/api/v1/orders/:id', async (request, response) => {
  const { rows } = await pool.query(`select ${COLUMNS} from live_stream_orders where id = $1`, [
    request.params.id,
  ]);
  const [order] = rows;
  if (!order || (order.creatorId !== response.locals.userId && order.status !== 'pending')) {
    response.status(404).json({ success: false });
    return;
  }
  response.json(envelope({ order: view(order) }));
});

app.get('/api/v1/orders', async (_request, response) => {
  const limit = 20;
  const mine = 'creator_id = $1 or provider_id = $1';
  const { userId } = response.locals;
  const [page, total] = await Promise.all([
    pool.query(
      `select ${COLUMNS} from live_stream_orders where ${mine} order by id desc limit ${limit + 1}`,
      [userId],
    ),
    pool.query(
      `select count(*)::int from (select 1 from live_stream_orders where ${mine} limit 10000) counted`,
      [userId],
    ),
  ]);
  const items = page.rows.slice(0, limit).map(view);
  const hasNextPage = page.rows.length > limit;
  response.json(
    envelope({
      items,
      pagination: {
        hasNextPage,
        hasPreviousPage: false,
        nextCursor: hasNextPage ? items.at(-1)?.id : null,
        previousCursor: null,
        totalCount: total.rows[0].count,
      },
    }),
  );
});

function view({
  latitude,
  longitude,
  address,
  locality,
  baseAmount,
  agreedAmount,
  ...order
}: pg.QueryResultRow) {
  return {
    ...order,
    id: order.id,
    location: { latitude, longitude, address, locality, precision: 'exact' },
    baseAmount: Number(baseAmount) / 100,
    agreedAmount: agreedAmount === null ? null : Number(agreedAmount) / 100,
  };
}

function envelope(data: unknown) {
  return {
    success: true,
    data,
    error: null,
    meta: { timestamp: new Date(), requestId: uuidv7(), version: '1' },
  };
}

/** Its only message to the process that forked it. */
export type ExpressMessage = { url: string };

const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address() as AddressInfo; // it listens on TCP
  process.send?.({ url: `http://127.0.0.1:${address.port}` } satisfies ExpressMessage);
});
process.once('disconnect', () => process.exit());
