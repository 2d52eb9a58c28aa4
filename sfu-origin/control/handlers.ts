import type * as z from 'zod';
import type {
  OriginAnswer,
  OriginLoad,
  OriginOperationName,
  originOperations,
  PathParameters,
} from '#contract/origin.ts';
import type { Rooms } from '../rooms/rooms.ts';

type Operations = typeof originOperations;
type Body<N extends OriginOperationName> = Operations[N]['body'] extends z.ZodType
  ? z.output<Operations[N]['body']>
  : undefined;
type Handler<N extends OriginOperationName> = (
  path: PathParameters<Operations[N]['path']>,
  body: Body<N>,
) => OriginAnswer<N> | Promise<OriginAnswer<N>>;

export type Handlers = { readonly [N in OriginOperationName]: Handler<N> };

/**
 * What each command does. Everything that came in has been validated, and its sender is entitled to it. What is to be gone,
 * and is not there, is gone already.
 */
export function handlersFor(origin: { rooms: Rooms; load: () => OriginLoad; drain: () => void }): Handlers {
  const { rooms } = origin;
  const participant = ({ roomId, participantId }: { roomId: string; participantId: string }) =>
    rooms.get(roomId).participant(participantId);
  return {
    openRoom: async ({ roomId }, body) => (await rooms.open(roomId, body)).state(),
    readRoom: ({ roomId }) => rooms.get(roomId).state(),
    closeRoom: ({ roomId }) => done(rooms.find(roomId)?.close('asked')),

    join: ({ roomId, participantId }, body) => rooms.get(roomId).join(participantId, body),
    leave: ({ roomId, participantId }) => done(rooms.find(roomId)?.leave(participantId)),
    connect: async (path, { dtlsParameters }) =>
      done(await participant(path).connect(path.transportId, dtlsParameters)),
    restartIce: async (path) => ({ iceParameters: await participant(path).restartIce(path.transportId) }),
    publish: async (path, body) => ({ producers: await participant(path).publish(body) }),
    setProducer: async (path, body) => done(await participant(path).setProducer(path.producerId, body)),
    closeProducer: async (path) => done(await participant(path).closeProducer(path.producerId)),
    setConsumers: async (path, body) => done(await participant(path).setConsumers(body)),
    readStats: (path) => participant(path).stats(),
    consume: async ({ roomId }, body) => rooms.get(roomId).consume(body.participants),

    openPipe: async ({ roomId, pipeId }) => ({ endpoint: await rooms.get(roomId).openPipe(pipeId) }),
    sendPipe: ({ roomId, pipeId }, { remote }) => rooms.get(roomId).sendPipe(pipeId, remote),
    receivePipe: async ({ roomId, pipeId }, { remote, producers }) =>
      done(await rooms.get(roomId).receivePipe(pipeId, remote, producers)),
    closePipe: ({ roomId, pipeId }) => done(rooms.find(roomId)?.closePipe(pipeId)),

    readLoad: () => origin.load(),
    drain: () => done(origin.drain()),
  };
}

function done(_: unknown): Record<string, never> {
  return {};
}
