/** A request as it came over the wire. Header names are in lower case; `path` includes the query. */
export interface ApiRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface ApiResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * The answer never reaches the client. `timed_out`: the connection stays open and silent.
 * In-process it carries the code that Node's sockets would, which the SDK looks at.
 */
export class AnswerLost extends Error {
  readonly how: 'cut' | 'timed_out';
  readonly code: 'ECONNRESET' | 'ETIMEDOUT';

  constructor(how: 'cut' | 'timed_out') {
    super(how === 'cut' ? 'The connection was cut' : 'No answer came');
    this.name = 'AnswerLost';
    this.how = how;
    this.code = how === 'cut' ? 'ECONNRESET' : 'ETIMEDOUT';
  }
}
