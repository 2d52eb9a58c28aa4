import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jwtVerify } from 'jose';
import pg from 'pg';
import { Server, type Socket } from 'socket.io';
import { distanceMeters } from '#domain/geo/coordinates.ts';
import { freePort } from '#scripts/free-port.ts';

/**
 * An order's room as one writes it with socket.io: the token is checked at the handshake, the order and what happened
 * since are read from Postgres when somebody joins, positions are handed to the room. Compression is off.
 * With COALESCE_MS the positions of a room leave at most once in that time, the latest wins, the first at once: what
 * TapLive does, so that the difference that remains is that of the runtimes.
 */
const { DATABASE_URL, JWT_SECRET = '', COALESCE_MS = '0' } = process.env;
const coalesceMs = Number(COALESCE_MS);
const secret = new TextEncoder().encode(JWT_SECRET);
const pool = new pg.Pool({ connectionString: DATABASE_URL });
let queries = 0;

type Fix = { latitude: number; longitude: number; heading?: number; speed?: number; at: string };
type Room = { providerId: string; place: { latitude: number; longitude: number } };

const rooms = new Map<string, Room>();

const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });

io.use(async (socket, next) => {
  try {
    const { payload } = await jwtVerify(String(socket.handshake.auth.token), secret, {
      algorithms: ['HS256'],
      issuer: 'taplive',
      audience: 'taplive-api',
    });
    socket.data.userId = payload.sub;
    next();
  } catch {
    next(new Error('unauthorized'));
  }
});

io.on('connection', (socket) => {
  socket.on('join', (orderId: string, since: number, reply: (answer: unknown) => void) => {
    join(socket, orderId, since).then(
      (answer) => reply(answer),
      () => socket.disconnect(true),
    );
  });
  socket.on('location:update', (fix: Fix, reply: (answer: unknown) => void) => {
    const room = rooms.get(socket.data.orderId);
    if (!room || room.providerId !== socket.data.userId || !isPosition(fix)) {
      reply({ ok: false });
      return;
    }
    show(socket.data.orderId, room, fix);
    reply({ ok: true, data: { accepted: true } });
  });
});

async function join(socket: Socket, orderId: string, since: number): Promise<unknown> {
  const order = await query(
    `select creator_id, provider_id, ST_Y(location_point::geometry) latitude, ST_X(location_point::geometry) longitude
     from live_stream_orders where id = $1`,
    [orderId],
  );
  const { creator_id, provider_id, latitude, longitude } = order[0] ?? {};
  if (socket.data.userId !== creator_id && socket.data.userId !== provider_id) throw new Error('forbidden');
  const events = await query(
    'select seq, name as event, data, at from order_events where order_id = $1 and seq > $2 order by seq',
    [orderId, since],
  );
  rooms.set(orderId, { providerId: provider_id, place: { latitude, longitude } });
  socket.data.orderId = orderId;
  await socket.join(orderId);
  return { events };
}

async function query(text: string, params: unknown[]) {
  queries += 1;
  return (await pool.query(text, params)).rows;
}

function isPosition(fix: Fix): boolean {
  return Math.abs(fix.latitude) <= 90 && Math.abs(fix.longitude) <= 180 && !Number.isNaN(Date.parse(fix.at));
}

const latest = new Map<string, { send: (() => void) | null }>();

function show(orderId: string, room: Room, fix: Fix): void {
  const send = () => {
    const distance = distanceMeters(fix, room.place);
    io.to(orderId).emit('location:updated', {
      providerId: room.providerId,
      latitude: fix.latitude,
      longitude: fix.longitude,
      heading: fix.heading ?? null,
      speed: fix.speed ?? null,
      accuracy: null,
      at: fix.at,
      distanceMeters: Math.round(distance),
      etaSeconds: fix.speed ? Math.round(distance / fix.speed) : null,
    });
  };
  if (!coalesceMs) {
    send();
    return;
  }
  const waiting = latest.get(orderId);
  if (waiting) {
    waiting.send = send;
    return;
  }
  send();
  startTick(orderId);
}

function startTick(orderId: string): void {
  const tick: { send: (() => void) | null } = { send: null };
  latest.set(orderId, tick);
  setTimeout(() => {
    latest.delete(orderId);
    if (!tick.send) return;
    tick.send();
    startTick(orderId);
  }, coalesceMs);
}

/** What this server tells the process that forked it: once where it is, and how often it asked Postgres at every message. */
export type SocketIoMessage = { url: string } | { requests: number };

const port = process.env.PORT ? Number(process.env.PORT) : await freePort();
// The default backlog drops connections when a thousand clients come back at once.
http.listen({ host: '127.0.0.1', port, backlog: 4096 }, () => {
  const address = http.address() as AddressInfo; // it listens on TCP
  process.send?.({ url: `http://127.0.0.1:${address.port}` } satisfies SocketIoMessage);
});
process.on('message', () => process.send?.({ requests: queries } satisfies SocketIoMessage));
process.once('disconnect', () => process.exit());
