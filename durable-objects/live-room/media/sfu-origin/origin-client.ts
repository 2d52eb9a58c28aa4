import { SignJWT } from 'jose';
import type * as z from 'zod';
import {
  EDGE,
  MESSAGE_TOKEN_SECONDS,
  ORIGIN_LIMITS,
  type OriginAnswer,
  type OriginErrorCode,
  type OriginOperationName,
  type OriginRequest,
  originFailure,
  originOperations,
  originPath,
  type PathParameters,
} from '#contract/origin.ts';
import { digestOf } from '../../../media-signatures.ts';

/** Where an origin is. */
export type OriginAddress = { originId: string; address: string };

/** The origin has understood the command and does not carry it out. */
export class OriginRefused extends Error {
  override readonly name = 'OriginRefused';
  readonly code: OriginErrorCode;
  constructor(code: OriginErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** No answer, or none that makes sense. The command may have been carried out; it may be sent again. */
export class OriginUnreachable extends Error {
  override readonly name = 'OriginUnreachable';
}

/** What the path of a command names, besides the room. */
export type OriginParameters<N extends OriginOperationName> = Omit<
  PathParameters<(typeof originOperations)[N]['path']>,
  'roomId'
>;

const TIMEOUT_MS = 4_000;

/** Commands origins in the name of one room: each message is signed for itself, and good for a minute. */
export class OriginClient {
  readonly #secret: string;
  readonly #roomId: string;
  readonly #now: () => Date;

  constructor(secret: string, roomId: string, now: () => Date) {
    this.#secret = secret;
    this.#roomId = roomId;
    this.#now = now;
  }

  /** @throws OriginRefused, OriginUnreachable */
  async command<N extends OriginOperationName>(
    origin: OriginAddress,
    operation: N,
    parameters: OriginParameters<N>,
    body: OriginRequest<N>,
    { timeoutMs = TIMEOUT_MS } = {},
  ): Promise<OriginAnswer<N>> {
    const { method, path, answer } = originOperations[operation];
    const filled = { ...parameters, roomId: this.#roomId };
    const raw = body === undefined ? '' : JSON.stringify(body);
    // `filled` has what the path names; the compiler cannot follow that through the table.
    const named = originPath(path, filled as PathParameters<typeof path>);
    const token = await this.#sign(origin.originId, operation, named, filled, raw);
    const { status, text } = await this.#send(
      `${origin.address}${named}`,
      {
        method,
        headers: { Authorization: `Bearer ${token}`, ...(raw && { 'Content-Type': 'application/json' }) },
        ...(raw && { body: raw }),
      },
      timeoutMs,
    );
    // The answer's schema is that of N, and likewise.
    return readAnswer(status, text, answer) as OriginAnswer<N>;
  }

  async #sign(
    originId: string,
    operation: OriginOperationName,
    path: string,
    { roomId, participantId }: { roomId: string; participantId?: string },
    body: string,
  ): Promise<string> {
    const now = this.#now();
    return new SignJWT({
      operation,
      path,
      digest: await digestOf(body),
      ...(participantId === undefined ? {} : { participant: participantId }),
    })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(EDGE)
      .setAudience(originId)
      .setSubject(roomId)
      .setIssuedAt(now)
      .setExpirationTime(new Date(now.getTime() + MESSAGE_TOKEN_SECONDS * 1_000))
      .sign(new TextEncoder().encode(this.#secret));
  }

  /** The timer ends with the answer: one that runs on keeps the room from hibernating. */
  async #send(url: string, init: RequestInit, timeoutMs: number): Promise<{ status: number; text: string }> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error('no answer in time')), timeoutMs);
    try {
      const response = await fetch(url, { ...init, redirect: 'manual', signal: late.signal });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw new OriginUnreachable('the origin does not answer', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}

function readAnswer(status: number, text: string, answer: z.ZodType): unknown {
  if (text.length > ORIGIN_LIMITS.bodyBytes * 2) throw new OriginUnreachable('the answer is too long');
  const json = parseJson(text);
  if (status === 200) {
    const parsed = answer.safeParse(json);
    if (parsed.success) return parsed.data;
    throw new OriginUnreachable('the answer is not as agreed', { cause: parsed.error });
  }
  const failure = originFailure.safeParse(json);
  if (failure.success) throw new OriginRefused(failure.data.error.code, failure.data.error.message);
  throw new OriginUnreachable(`the origin answered ${status}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
