import type * as z from 'zod';
import { SUBPROTOCOL } from '#contract/close-codes.ts';
import {
  MAX_FRAME_BYTES,
  orderEvents,
  personEvents,
  personRequests,
  roomEvents,
  roomRequests,
} from '#contract/events.ts';
import { liveEvents, liveMoments, liveRequests, MAX_LIVE_FRAME_BYTES } from '#contract/live-room.ts';
import { ERROR_STATUS } from '#domain/errors.ts';
import type { Api } from './api.ts';
import { completed, type OpenApiDocument } from './openapi-completion.ts';

/** Who is told what over a socket, and what it takes, by the operation that opens it. */
const SOCKETS: Record<
  string,
  { name: string; sends: Record<string, z.ZodType>; takes: Record<string, z.ZodType>; maxFrameBytes?: number }
> = {
  openOwnSocket: { name: 'Own', sends: personEvents, takes: personRequests },
  openOrderRoom: { name: 'Room', sends: { ...orderEvents, ...roomEvents }, takes: roomRequests },
  openLiveRoom: {
    name: 'Live',
    sends: { ...liveEvents, ...liveMoments },
    takes: liveRequests,
    maxFrameBytes: MAX_LIVE_FRAME_BYTES,
  },
};

const TAGS = [
  { name: 'orders', description: 'From the wish for a stream to its end' },
  { name: 'payments', description: 'How you pay, how you are paid, and where the money is' },
  { name: 'live', description: 'Going live, and watching' },
  { name: 'media', description: 'For media origins' },
  { name: 'places', description: 'Where providers are, and your own geofences' },
  { name: 'users', description: 'People and their profiles' },
  { name: 'auth', description: 'Accounts, sessions and tokens' },
  { name: 'sockets', description: 'What is told the moment it happens' },
  { name: 'admin', description: 'For the people who run the platform' },
  { name: 'meta', description: 'What the system says of itself' },
];

const DESCRIPTION = `
*Tap a place on the map and see it live.* A creator posts an order: stream from this place, at this time, for this
price. Providers nearby apply; the accepted one travels there, is followed on the way, goes live and completes.

**Answers** come in one envelope: \`{ success, data, error, meta }\`. An error has a \`code\` from the list below, a
\`message\` for people and \`details\`: of a \`VALIDATION_ERROR\` the fields that are wrong, of others a \`reason\` for programs.

**Signing in** gives an access token for ten minutes, sent as \`Authorization: Bearer …\`, and a refresh token that is
good once. Signing out counts at once, on every device and socket.

**Writes** take an \`Idempotency-Key\`: sent again with the same key, a write happens once and its first answer comes
again, with \`Idempotency-Replayed: true\`.

**Limits** are counted in windows of fifteen minutes: 100 requests of one address, 1,000 of an account, 5,000 of a
premium one. \`RateLimit-*\` headers say how many are left and in how many seconds the window ends.

**Lists** are paged by cursors, forward and backward. **Amounts** are decimal numbers in the currency's major unit,
**coordinates** WGS 84 degrees, distances metres, speeds m/s, times ISO 8601 in UTC.

**Sockets** are WebSockets with the subprotocols \`${SUBPROTOCOL}\` and \`bearer.<accessToken>\`. The server sends
\`{ seq?, event, data, at }\`; you send \`{ id, event, data }\` and are answered \`{ reply: id, ok, data | error }\`.
What has a \`seq\` is kept: come back with \`?since=<seq>\` and get exactly what you missed.

| code | status |
|---|---|
${Object.entries(ERROR_STATUS)
  .map(([code, status]) => `| \`${code}\` | ${status} |`)
  .join('\n')}
`.trim();

/** The OpenAPI 3.1 document of every route that is registered, from the very schemas that validate. */
export function openApiDocument(app: Api): OpenApiDocument {
  const registry = app.openAPIRegistry;
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token from register, login or refresh',
  });
  for (const { name, sends, takes } of Object.values(SOCKETS)) {
    for (const [event, schema] of Object.entries(sends))
      registry.register(eventName(name, 'Event', event), schema);
    for (const [event, schema] of Object.entries(takes))
      registry.register(eventName(name, 'Request', event), schema);
  }
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'TapLive API', version: '1', description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: TAGS,
  });
  return completed(document, (operationId) => {
    const socket = SOCKETS[operationId];
    if (!socket) return null;
    const refs = (kind: 'Event' | 'Request', of: Record<string, z.ZodType>) =>
      Object.fromEntries(
        Object.keys(of).map((event) => [
          event,
          { $ref: `#/components/schemas/${eventName(socket.name, kind, event)}` },
        ]),
      );
    return {
      subprotocol: SUBPROTOCOL,
      maxFrameBytes: socket.maxFrameBytes ?? MAX_FRAME_BYTES,
      sends: refs('Event', socket.sends),
      takes: refs('Request', socket.takes),
    };
  });
}

/** `RoomEvent.order.created`: component names may hold no colon. */
function eventName(socket: string, kind: 'Event' | 'Request', event: string): string {
  return `${socket}${kind}.${event.replace(':', '.')}`;
}
