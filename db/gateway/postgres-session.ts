import pg from 'pg';
import type { Field, Statement, StatementResult } from './backend.ts';
import { DatabaseError } from './errors.ts';
import { resultTooLarge } from './result-size.ts';
import type { Session } from './session.ts';

/** Leaves every value as the text that Postgres sent: parsing is the driver's at the other end. */
const rawText = { getTypeParser: () => (value: string | Buffer) => value };

/** Counted for every value besides its text, so that a result of many nulls is not free. */
const valueOverheadBytes = 8;

export interface SessionLimits {
  /** A result longer than this is refused; its rows are not kept while the rest of it arrives. */
  readonly maxResultBytes: number;
  /** After so long without an end the server is taken for dead, and the connection must be discarded. */
  readonly answerTimeoutMs: number;
}

/** A connection of node-postgres as a session. */
export function postgresSession(client: pg.ClientBase, limits: SessionLimits): Session {
  return {
    inTransaction: () => client.getTransactionStatus() !== 'I',
    run: (statement) => query(client, statement, limits),
  };
}

function query(client: pg.ClientBase, statement: Statement, limits: SessionLimits): Promise<StatementResult> {
  return new Promise((resolve, reject) => {
    const config: pg.QueryArrayConfig & { queryMode: 'extended' } = {
      text: statement.text,
      values: [...statement.params],
      rowMode: 'array',
      // Otherwise a statement without parameters goes by the simple protocol, which takes several in one string.
      queryMode: 'extended',
      types: rawText,
    };
    const submitted = client.query(new CopyRefusingQuery(config));
    // node-postgres' own `query_timeout` would replace the events below.
    const timeout = setTimeout(() => reject(new Error('Postgres does not answer')), limits.answerTimeoutMs);
    const rows: (string | null)[][] = [];
    let bytes = 0;
    submitted.on('row', (row) => {
      for (const value of row) bytes += valueOverheadBytes + (value?.length ?? 0);
      if (bytes <= limits.maxResultBytes) rows.push(row);
      else rows.length = 0;
    });
    submitted.on('error', (error) => {
      clearTimeout(timeout);
      reject(error instanceof pg.DatabaseError ? new DatabaseError(error.message, error) : error);
    });
    submitted.on('end', ({ fields, command, rowCount }) => {
      clearTimeout(timeout);
      if (bytes > limits.maxResultBytes) reject(resultTooLarge(limits.maxResultBytes));
      else
        resolve({
          fields: fields.map(describeField),
          rows,
          command: command ?? '',
          rowCount,
          rowAsArray: true,
        });
    });
  });
}

/** What the published types of node-postgres leave out. */
interface CopyingConnection extends pg.Connection {
  sendCopyFail(reason: string): void;
}

/**
 * Ends a COPY FROM STDIN. node-postgres fails it, too, but the Sync that it has sent before was swallowed by the copy:
 * without another one the server says nothing more.
 */
class CopyRefusingQuery extends pg.Query<(string | null)[]> {
  handleCopyInResponse(connection: CopyingConnection): void {
    connection.sendCopyFail('COPY FROM STDIN is not possible over HTTP');
    connection.sync();
  }
}

function describeField({
  name,
  tableID,
  columnID,
  dataTypeID,
  dataTypeSize,
  dataTypeModifier,
  format,
}: Field): Field {
  return { name, tableID, columnID, dataTypeID, dataTypeSize, dataTypeModifier, format };
}
