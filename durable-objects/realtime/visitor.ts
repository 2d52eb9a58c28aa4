import type { SocketAttachment } from './sockets.ts';

/** Who comes with a socket, as the Worker vouches for it. */
export type Visitor = Pick<SocketAttachment, 'userId' | 'sessionId' | 'tokenEndsAt'>;

/** Reads who comes from the headers that only the Worker sets; it has checked their token. */
export function visitorOf(request: Request): Visitor {
  return {
    userId: headerOfWorker(request, 'X-TapLive-User'),
    sessionId: headerOfWorker(request, 'X-TapLive-Session'),
    tokenEndsAt: Number(headerOfWorker(request, 'X-TapLive-Token-Ends')),
  };
}

/** A header that the Worker sets on every socket. Throws when it is not there: nobody else opens sockets. */
export function headerOfWorker(request: Request, name: `X-TapLive-${string}`): string {
  const value = request.headers.get(name);
  if (value === null) throw new Error(`the Worker sets ${name} on every socket`);
  return value;
}
