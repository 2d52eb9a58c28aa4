import type { Rejection } from '#domain/errors.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { verifyAccessToken } from '../access-token.ts';
import type { Secret } from '../jwt.ts';
import type { SocketAttachment, Sockets } from './sockets.ts';

/** The alarm under which an object watches its sockets' tokens; its handler is `TokenEnds.enforce`. */
export type TokenEndAlarm = 'token_end';

/** The part of {@link NamedAlarms} that is needed, so that an object may have other alarms beside this one. */
type Alarms = { setIfSooner(name: TokenEndAlarm, at: Date): void };

/** Closes sockets at the end of their access token, unless it was refreshed: one alarm stands at the earliest end. */
export class TokenEnds<A extends SocketAttachment> {
  readonly #sockets: Sockets<A>;
  readonly #alarms: Alarms;
  readonly #now: () => Date;

  constructor(sockets: Sockets<A>, alarms: Alarms, now: () => Date) {
    this.#sockets = sockets;
    this.#alarms = alarms;
    this.#now = now;
  }

  /** To be called for every accepted socket. */
  watch(socket: WebSocket): void {
    this.#alarms.setIfSooner('token_end', new Date(this.#sockets.attachmentOf(socket).tokenEndsAt));
  }

  /** Closes the sockets whose token has ended, and looks again when the next one does. */
  async enforce(): Promise<void> {
    const now = this.#now().getTime();
    for (const socket of this.#sockets.all()) {
      const { tokenEndsAt } = this.#sockets.attachmentOf(socket);
      if (tokenEndsAt <= now) this.#sockets.close(socket, 'UNAUTHORIZED', 'the access token has ended');
      else this.watch(socket);
    }
  }

  /**
   * Carries out `auth:refresh`: the socket lives until the end of the new token, which must be of the same person and
   * session. A token that is not accepted changes nothing. That the session still lives needs no asking: its end
   * closes its sockets.
   */
  async refresh(
    env: Secret,
    socket: WebSocket,
    accessToken: string,
  ): Promise<Result<{ endsAt: string }, Rejection>> {
    const identity = await verifyAccessToken(env, accessToken, this.#now());
    const { userId, sessionId } = this.#sockets.attachmentOf(socket);
    if (identity?.userId !== userId || identity.sessionId !== sessionId) {
      return err({ code: 'UNAUTHORIZED', message: 'This is not a valid access token of this session.' });
    }
    this.#sockets.update(socket, { tokenEndsAt: identity.endsAt.getTime() });
    this.watch(socket);
    return ok({ endsAt: identity.endsAt.toISOString() });
  }
}
