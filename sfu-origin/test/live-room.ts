import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import {
  EDGE,
  type OriginAnswer,
  type OriginErrorCode,
  type OriginOperationName,
  type OriginRequest,
  originFailure,
  originOperations,
  originPath,
} from '#contract/origin.ts';
import { digestOf } from '../signatures.ts';
import { SECRET } from './origins.ts';

type Claims = Record<string, unknown>;

/** How a command differs from a proper one. */
export type Forgery = {
  readonly secret?: string;
  readonly claims?: Claims;
  readonly token?: string | null;
  readonly rawBody?: string;
};

export class Refused extends Error {
  readonly status: number;
  readonly code: OriginErrorCode;
  readonly fields: readonly string[];
  constructor(status: number, code: OriginErrorCode, message: string, fields: readonly string[]) {
    super(`${status} ${code}: ${message} ${fields.join(' ')}`);
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

/** A live room as an origin knows it: it signs each command and holds the answers to the contract. */
export class LiveRoom {
  readonly id = randomUUID();
  readonly #origin: { readonly address: string };
  readonly #originId: string;

  constructor(origin: { readonly address: string }, originId = 'test') {
    this.#origin = origin;
    this.#originId = originId;
  }

  /** The same room at another origin. */
  at(origin: { readonly address: string }, originId: string): LiveRoom {
    return Object.assign(new LiveRoom(origin, originId), { id: this.id });
  }

  /** @throws Refused */
  async command<N extends OriginOperationName>(
    operation: N,
    parameters: Record<string, string>,
    ...[body, forgery = {}]: OriginRequest<N> extends undefined
      ? [body?: undefined, forgery?: Forgery]
      : [body: OriginRequest<N>, forgery?: Forgery]
  ): Promise<OriginAnswer<N>> {
    const { method, path, answer } = originOperations[operation];
    const filled = { roomId: this.id, ...parameters };
    const raw = forgery.rawBody ?? (body === undefined ? '' : JSON.stringify(body));
    const token =
      forgery.token === undefined ? await this.#sign(operation, path, filled, raw, forgery) : forgery.token;
    const response = await fetch(`${this.#origin.address}${originPath(path, filled as never)}`, {
      method,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      ...(raw === '' ? {} : { body: raw }),
    });
    const text = await response.text();
    if (response.status !== 200) {
      const { error } = originFailure.parse(JSON.parse(text));
      const fields = error.details?.map(({ field }) => field) ?? [];
      throw new Refused(response.status, error.code, error.message, fields);
    }
    // The schema is that of N, which the compiler cannot follow through the table.
    return answer.parse(JSON.parse(text)) as OriginAnswer<N>;
  }

  #sign(
    operation: OriginOperationName,
    path: string,
    parameters: Record<string, string>,
    body: string,
    forgery: Forgery,
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const { participantId } = parameters;
    return new SignJWT({
      iss: EDGE,
      aud: this.#originId,
      sub: path.includes(':roomId') ? this.id : 'origin',
      operation,
      path: originPath(path, parameters as never),
      ...(path.includes(':participantId') ? { participant: participantId } : {}),
      digest: digestOf(body),
      iat: now,
      exp: now + 60,
      ...forgery.claims,
    })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(forgery.secret ?? SECRET));
  }
}
