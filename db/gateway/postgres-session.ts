import pg from 'pg';
import type { Field, Statement, StatementResult } from './backend.ts';
import { DatabaseError } from './errors.ts';
import { resultTooLarge } from './result-size.ts';
import type { Session } from './session.ts';

/** Leaves every value as the text that Postgres sent: parsing is the driver's at the other end. */
const rawText = { getTypeParser: () => (value: string | Buffer) => value };

/** Counted for every value besides its text, so that a result of many nulls is not free. */
const valueOverheadBytes = 8;

/**
 * A connection of node-postgres as a session.
 * @param maxResultBytes a result longer than this is refused; its rows are not kept while the rest of it arrives
 */
export function postgresSession(client: pg.ClientBase, maxResultBytes: number): Session {
  return {
    inTransaction: () => client.getTransactionStatus() !== 'I',
    run: (statement) => query(client, statement, maxResultBytes),
  };
}

function query(
  client: pg.ClientBase,
  statement: Statement,
  maxResultBytes: number,
): Promise<StatementResult> {
  return new Promise((resolve, reject) => {
    const config: pg.QueryArrayConfig & { queryMode: 'extended' } = {
      text: statement.text,
      values: [...statement.params],
      rowMode: 'array',
      // Otherwise a statement without parameters goes by the simple protocol, which takes several in one string.
      queryMode: 'extended',
      types: rawText,
    };
    const submitted = client.query(new pg.Query<(string | null)[]>(config));
    const rows: (string | null)[][] = [];
    let bytes = 0;
    submitted.on('row', (row) => {
      for (const value of row) bytes += valueOverheadBytes + (value?.length ?? 0);
      if (bytes <= maxResultBytes) rows.push(row);
      else rows.length = 0;
    });
    submitted.on('error', (error) => {
      reject(error instanceof pg.DatabaseError ? new DatabaseError(error.message, error) : error);
    });
    submitted.on('end', (result) => {
      if (bytes > maxResultBytes) reject(resultTooLarge(maxResultBytes));
      else {
        const { command, rowCount } = result;
        resolve({
          fields: result.fields.map(describeField),
          rows,
          command: command ?? '',
          rowCount,
          rowAsArray: true,
        });
      }
    });
  });
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
