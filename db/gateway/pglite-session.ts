import { messages, type PGlite, protocol } from '@electric-sql/pglite';
import type { Field, Statement, StatementResult } from './backend.ts';
import { DatabaseError, type GatewayError } from './errors.ts';
import { resultTooLarge } from './result-size.ts';
import type { Session } from './session.ts';

/** What node-postgres reads out of a command tag, so that both databases answer alike: `INSERT 0 3` is three rows. */
const commandTag = /^([A-Za-z]+)(?: (\d+))?(?: (\d+))?/;

/**
 * The embedded database's one session, driven by raw protocol messages: PGlite's own `query` would parse values and
 * choose its own parameter formats. Use it inside `runExclusive`.
 * @param maxResultBytes a result longer than this is refused
 */
export function pgliteSession(pglite: PGlite, maxResultBytes: number): Session {
  let status = 'I';
  return {
    inTransaction: () => status !== 'I',
    async run(statement) {
      const outcome = await exchange(pglite, statement, maxResultBytes);
      status = outcome.status;
      if (outcome.error) throw outcome.error;
      return outcome.result;
    },
  };
}

interface Outcome {
  readonly result: StatementResult;
  readonly error: DatabaseError | GatewayError | null;
  /** Transaction status of ReadyForQuery: I idle, T in a transaction, E in a failed one. */
  readonly status: string;
}

async function exchange(pglite: PGlite, statement: Statement, maxResultBytes: number): Promise<Outcome> {
  const { parse, bind, describe, execute, copyFail, sync } = protocol.serialize;
  const request = Buffer.concat([
    parse({ text: statement.text }),
    bind({ values: [...statement.params] }),
    describe({ type: 'P' }),
    execute(),
    // Ends a COPY FROM STDIN, which would otherwise wait for its data for ever; anything else ignores it.
    copyFail('COPY FROM STDIN is not possible over HTTP'),
    sync(),
  ]);
  let fields: Field[] = [];
  const rows: (string | null)[][] = [];
  let tag = '';
  let status = 'I';
  let bytes = 0;
  let error: DatabaseError | GatewayError | null = null;
  const parser = new protocol.Parser();
  await pglite.execProtocolRawStream(request, {
    onRawData(chunk) {
      bytes += chunk.byteLength;
      if (bytes > maxResultBytes) {
        error ??= resultTooLarge(maxResultBytes);
        rows.length = 0;
      }
      parser.parse(chunk, (message) => {
        if (message instanceof messages.RowDescriptionMessage) fields = message.fields.map(describeField);
        else if (message instanceof messages.DataRowMessage) {
          if (!error) rows.push(message.fields);
        } else if (message instanceof messages.CommandCompleteMessage) tag = message.text;
        else if (message instanceof messages.ReadyForQueryMessage) status = message.status;
        else if (message instanceof messages.DatabaseError)
          error ??= new DatabaseError(message.message, message);
      });
    },
  });
  const [, command = '', first, second] = commandTag.exec(tag) ?? [];
  const count = second ?? first;
  const rowCount = count === undefined ? null : Number(count);
  return { result: { fields, rows, command, rowCount, rowAsArray: true }, error, status };
}

function describeField(field: Omit<Field, 'format'> & { readonly format: number }): Field {
  const { name, tableID, columnID, dataTypeID, dataTypeSize, dataTypeModifier } = field;
  return { name, tableID, columnID, dataTypeID, dataTypeSize, dataTypeModifier, format: 'text' };
}
