import { errors } from 'mediasoup';
import { ORIGIN_ERROR_STATUS, type OriginErrorCode, type OriginFailure } from '#contract/origin.ts';

type FieldProblems = NonNullable<OriginFailure['error']['details']>;

/** Why a command was refused, with its one HTTP status. */
export class OriginError extends Error {
  override readonly name = 'OriginError';
  readonly code: OriginErrorCode;
  readonly status: (typeof ORIGIN_ERROR_STATUS)[OriginErrorCode];
  readonly details: FieldProblems | undefined;

  constructor(code: OriginErrorCode, message: string, details?: FieldProblems) {
    super(message);
    this.code = code;
    this.status = ORIGIN_ERROR_STATUS[code];
    this.details = details;
  }

  get body(): OriginFailure {
    const { code, message, details } = this;
    return { error: details ? { code, message, details } : { code, message } };
  }
}

/** What mediasoup throws at RTP parameters or capabilities that it cannot work with, as a refusal; others as they are. */
export function asUnsupportedMedia(error: unknown): unknown {
  return error instanceof TypeError || error instanceof errors.UnsupportedError
    ? new OriginError('UNSUPPORTED_MEDIA', error.message)
    : error;
}
