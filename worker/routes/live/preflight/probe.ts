import type { OriginAnswer, OriginOperationName, OriginRequest } from '#contract/origin.ts';
import {
  type OriginAddress,
  OriginClient,
  type OriginParameters,
  OriginRefused,
  OriginUnreachable,
} from '#durable-objects/live-room/media/sfu-origin/origin-client.ts';
import { originRegistry } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import type { ApiContext } from '../../../api.ts';
import { reject, rejectField } from '../../../errors.ts';
import { isOwnProbe } from './probe-room.ts';

/** In a probe's room one sends as this, and receives as that. */
export const SENDER = 'sender';
export const RECEIVER = 'receiver';

/** The media origins that there are. Ends the request where this system carries no video. */
export async function originsOf(c: ApiContext) {
  if (c.env.MEDIA_BACKEND === 'none') {
    reject('CONFLICT', 'This system runs without video.', { reason: 'no_video' });
  }
  return within(originRegistry(c.env).list());
}

/** The caller's own probe, with the origin that it is at. Anybody else's, or one that has ended, is none. */
export async function ownProbe(c: ApiContext, roomId: string, originId: string): Promise<Probe> {
  const { userId } = c.get('user');
  if (!(await isOwnProbe(roomId, userId, c.get('now')))) {
    reject('NOT_FOUND', 'There is no such probe (any more). Begin again.');
  }
  const origin = (await originsOf(c)).find((one) => one.originId === originId);
  return new Probe(c, roomId, origin ?? rejectField('originId', 'is of no media server'));
}

/** Commands an origin about one probe. What the origin refuses ends the request. */
export class Probe {
  readonly #client: OriginClient;
  readonly #origin: OriginAddress;

  constructor(c: ApiContext, roomId: string, origin: OriginAddress) {
    const now = () => c.get('now');
    this.#client = new OriginClient(c.env.MEDIA_ORIGIN_SECRET ?? '', roomId, now);
    this.#origin = origin;
  }

  async command<N extends OriginOperationName>(
    operation: N,
    parameters: OriginParameters<N>,
    body: OriginRequest<N>,
  ): Promise<OriginAnswer<N>> {
    try {
      return await this.#client.command(this.#origin, operation, parameters, body);
    } catch (error) {
      if (error instanceof OriginUnreachable) {
        return reject('UPSTREAM_UNAVAILABLE', 'The media server does not answer. Try again in a moment.');
      }
      if (!(error instanceof OriginRefused)) throw error;
      return refuse(error);
    }
  }
}

function refuse({ code, message }: OriginRefused): never {
  switch (code) {
    case 'VALIDATION_ERROR':
    case 'UNSUPPORTED_MEDIA':
      return rejectField('body', message);
    case 'ROOM_NOT_FOUND':
    case 'PARTICIPANT_NOT_FOUND':
    case 'MEDIA_NOT_FOUND':
    case 'CONFLICT':
      return reject('NOT_FOUND', 'There is no such probe (any more). Begin again.');
    case 'UNAUTHORIZED':
    case 'FORBIDDEN':
    case 'NOT_FOUND':
    case 'PAYLOAD_TOO_LARGE':
    case 'LIMIT_REACHED':
    case 'INTERNAL_ERROR':
    case 'DRAINING':
    case 'NO_WORKER':
      return reject(
        'UPSTREAM_UNAVAILABLE',
        'The media server takes nobody at the moment. Try again in a moment.',
      );
  }
}
