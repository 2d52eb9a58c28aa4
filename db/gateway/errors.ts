/** The fields of a Postgres error as Neon's HTTP answers name them (the names node-postgres uses, too). */
const errorFieldNames = [
  'severity',
  'code',
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'where',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const;

export type ErrorFields = { readonly [name in (typeof errorFieldNames)[number]]?: string | undefined };

/** An SQL error: answered with status 400 and every field Postgres gave. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly fields: ErrorFields;

  constructor(message: string, fields: ErrorFields) {
    super(message);
    this.fields = fields;
  }
}

/**
 * Why a request failed without an SQL error, and its status:
 * 400 malformed, 401 not authenticated, 413 too large, 502 sent but the outcome is unknown, 503 not executed.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly status: 400 | 401 | 404 | 413 | 502 | 503;
  readonly fields: ErrorFields;

  constructor(status: GatewayError['status'], message: string, fields: ErrorFields = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

/** Why work was not begun: there is nobody left to tell. */
export function clientGone(): GatewayError {
  return new GatewayError(503, 'the client went away before its turn');
}

/** The body of an error answer: every field present, null where there is no value, as Neon sends them. */
export function errorBody(error: DatabaseError | GatewayError): Record<string, string | null> {
  const body: Record<string, string | null> = { message: error.message };
  for (const name of errorFieldNames) body[name] = error.fields[name] ?? null;
  return body;
}
