import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import {
  ORIGIN_LIMITS,
  type OriginRegistration,
  type OriginReportName,
  originRegistration,
  originReports,
  type RoomState,
  roomState,
} from '#contract/origin.ts';
import { verifyReport } from '#durable-objects/media-signatures.ts';
import { invalidInput } from '#durable-objects/realtime/field-problems.ts';
import { liveRoom, originRegistry } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import type { Api, ApiContext } from '../../api.ts';
import { ApiError, reject, rejectField } from '../../errors.ts';
import { readText } from '../../middleware/body.ts';
import { anyone, failures } from '../../openapi.ts';
import { isOpenProbe, isProbeRoom } from '../live/preflight/probe-room.ts';

/**
 * Where media origins report, outside `/api/v1` and its limits: that they are there, and how it stands with the media of a room.
 * Answers are as agreed with origins, bare; whatever is not signed by one is refused without a word on why.
 */
export function registerReceiveReports(api: Api): void {
  receive(api, 'registration', {
    operationId: 'registerMediaOrigin',
    summary: 'For media origins: one is there, where, and how much it has to do',
    schema: originRegistration,
    subjectOf: ({ originId }) => originId,
    take: async (c, registration) => {
      if (!(await within(originRegistry(c.env).register(registration)))) {
        reject('UPSTREAM_UNAVAILABLE', 'There are as many media origins as there may be.');
      }
      return {};
    },
  });
  receive(api, 'roomState', {
    operationId: 'reportRoomMedia',
    summary: 'For media origins: how it stands with the media of a room',
    schema: roomState,
    subjectOf: ({ roomId }) => roomId,
    take: (c, state) =>
      // A probe has nobody to ask: its id says how long it lasts.
      isProbeRoom(state.roomId)
        ? Promise.resolve({ renew: isOpenProbe(state.roomId, c.get('now')) })
        : within(liveRoom(c.env, state.roomId).takeOriginState(state)),
  });
}

type Receiver<T extends OriginRegistration | RoomState> = {
  operationId: string;
  summary: string;
  schema: z.ZodType<T>;
  /** What the report is about, which its token and its path name, too. */
  subjectOf: (report: T) => string;
  take: (c: ApiContext, report: T) => Promise<object>;
};

function receive<T extends OriginRegistration | RoomState>(
  api: Api,
  operation: OriginReportName,
  { operationId, summary, schema, subjectOf, take }: Receiver<T>,
): void {
  const { method, path, answer } = originReports[operation];
  const route = createRoute({
    method: 'put',
    path: path.replace(/:(\w+)/, '{$1}'),
    operationId,
    tags: ['media'],
    summary,
    security: anyone,
    request: {
      params: z.object({ [path.includes(':roomId') ? 'roomId' : 'originId']: z.string() }),
      headers: z.object({ authorization: z.string() }),
      body: { required: true, content: { 'application/json': { schema } } },
    },
    responses: {
      200: { description: 'It is taken', content: { 'application/json': { schema: answer } } },
      ...failures('VALIDATION_ERROR', 'FORBIDDEN', 'PAYLOAD_TOO_LARGE'),
    },
  });
  // The signature is over the very bytes: nobody may parse them before.
  api.openAPIRegistry.registerPath(route);
  api.on(method, path, async (c) => {
    const body = await readText(c, ORIGIN_LIMITS.bodyBytes);
    const [subject = ''] = Object.values(c.req.param());
    const originId = await signerOf(c, operation, subject, body);
    const report = schema.safeParse(parsed(body));
    if (!report.success) throw new ApiError(invalidInput(report.error, 'body'));
    // One origin does not speak for another, nor for another room than it says.
    if (report.data.originId !== originId || subjectOf(report.data) !== subject)
      reject('FORBIDDEN', NOT_SIGNED);
    return c.json(await take(c, report.data));
  });
}

/** The origin that signed this report. Ends the request when none did. */
async function signerOf(
  c: ApiContext,
  operation: OriginReportName,
  subject: string,
  body: string,
): Promise<string> {
  const token = /^Bearer ([\w-]{1,2000}\.[\w-]{1,2000}\.[\w-]{1,200})$/.exec(
    c.req.header('Authorization') ?? '',
  )?.[1];
  // Whatever carries the media of new rooms: those that are open go on as they were begun.
  const secret = c.env.MEDIA_ORIGIN_SECRET;
  const claims =
    token && secret ? await verifyReport(secret, token, { operation, subject, body }, c.get('now')) : null;
  return claims?.iss ?? reject('FORBIDDEN', NOT_SIGNED);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return rejectField('body', 'is not what it should be: malformed JSON');
  }
}

const NOT_SIGNED = 'This is no report that a media origin signed.';
