import {
  isolationLevels,
  type Statement,
  type StatementResult,
  type TransactionMode,
  type Work,
} from './backend.ts';
import { DatabaseError } from './errors.ts';

/** One session with a database, with which statements are run one after another. */
export interface Session {
  /** Runs one statement by the extended protocol, which refuses several in one string. @throws DatabaseError */
  run(statement: Statement): Promise<StatementResult>;
  /** Whether a transaction is open once the last statement has succeeded. */
  inTransaction(): boolean;
}

/** Commands whose effect stays with the session and would be met by whoever gets it next. */
const sessionCommands = new Set(['SET', 'RESET', 'LISTEN', 'PREPARE', 'LOAD', 'DISCARD']);

/** Whether a request with these results may have changed its session's state. */
export function changesSession(results: readonly StatementResult[]): boolean {
  return results.some((result) => sessionCommands.has(result.command));
}

/**
 * Runs a request in a session: a batch between BEGIN and COMMIT, a single statement by itself.
 * A statement that ends or opens a transaction is refused: a batch would no longer be atomic, and HTTP has nothing to
 * keep a transaction in. After an error the caller must not reuse the session before it is known to be idle.
 * @throws DatabaseError
 */
export async function runWork(session: Session, work: Work): Promise<StatementResult[]> {
  if (work.transaction) await session.run({ text: beginCommand(work.transaction), params: [] });
  const results: StatementResult[] = [];
  for (const statement of work.statements) {
    results.push(await session.run(statement));
    if (session.inTransaction() !== (work.transaction !== null)) throw transactionControlRefused();
  }
  if (work.transaction) await session.run({ text: 'COMMIT', params: [] });
  return results;
}

function beginCommand({ isolationLevel, readOnly, deferrable }: TransactionMode): string {
  const modes = [
    isolationLevel ? `ISOLATION LEVEL ${isolationLevels[isolationLevel]}` : null,
    readOnly ? 'READ ONLY' : null,
    deferrable ? 'DEFERRABLE' : null,
  ].filter((mode) => mode !== null);
  return `BEGIN ${modes.join(', ')}`;
}

function transactionControlRefused(): DatabaseError {
  return new DatabaseError('statements that begin or end a transaction are not allowed over HTTP', {
    severity: 'ERROR',
    code: '25001',
    hint: 'Send the statements of a transaction as one batch.',
  });
}
