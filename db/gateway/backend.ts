/** Who a request says it is, and which database it wants: what its connection string carries. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** One SQL command with its parameters in Postgres' text format. */
export interface Statement {
  readonly text: string;
  readonly params: readonly (string | null)[];
}

export const isolationLevels = {
  ReadUncommitted: 'READ UNCOMMITTED',
  ReadCommitted: 'READ COMMITTED',
  RepeatableRead: 'REPEATABLE READ',
  Serializable: 'SERIALIZABLE',
} as const;

/** How a batch's transaction begins; `null` leaves the database's default isolation level. */
export interface TransactionMode {
  readonly isolationLevel: keyof typeof isolationLevels | null;
  readonly readOnly: boolean;
  readonly deferrable: boolean;
}

/** What one HTTP request asks for. `transaction` is null for a single statement outside a batch. */
export interface Work {
  readonly credentials: Credentials;
  readonly statements: readonly Statement[];
  readonly transaction: TransactionMode | null;
}

/** A column of a result, as Postgres' RowDescription message gives it. */
export interface Field {
  readonly name: string;
  readonly tableID: number;
  readonly columnID: number;
  readonly dataTypeID: number;
  readonly dataTypeSize: number;
  readonly dataTypeModifier: number;
  readonly format: string;
}

/** A statement's result in the shape of Neon's HTTP answers; values are Postgres' text output. */
export interface StatementResult {
  readonly fields: readonly Field[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly command: string;
  readonly rowCount: number | null;
  readonly rowAsArray: true;
}

/** A database that the gateway can stand in front of. */
export interface Backend {
  /** For the ready line and the health answer: which kind of database this is. */
  readonly kind: 'postgres' | 'pglite';
  /**
   * Runs a request, whole: its statements in order, in one transaction when it is a batch.
   * `signal` is aborted when nobody waits for the answer any more; work that has not begun by then never does.
   * @throws DatabaseError when Postgres (or the gateway on its behalf) refuses a statement; nothing of a batch remains
   * @throws GatewayError for everything else
   */
  execute(work: Work, signal: AbortSignal): Promise<StatementResult[]>;
  /** Resolves when the database answers. @throws GatewayError */
  check(): Promise<void>;
  close(): Promise<void>;
}
