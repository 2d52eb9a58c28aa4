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

/** What JavaScript itself says of what mediasoup did not expect: nothing for others to read. */
const OF_JAVASCRIPT = /^Cannot |is not (a function|iterable|defined)/;

/** What mediasoup throws at RTP parameters or capabilities that it cannot work with, as a refusal; others as they are. */
export function asUnsupportedMedia(error: unknown): unknown {
  if (!(error instanceof TypeError || error instanceof errors.UnsupportedError)) return error;
  const message = OF_JAVASCRIPT.test(error.message) ? 'these parameters do not fit together' : error.message;
  return new OriginError('UNSUPPORTED_MEDIA', message);
}
