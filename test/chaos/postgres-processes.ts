import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { atTheLatest } from './at-the-latest.ts';

const backendRow = z.object({ pid: z.int() });

/** The processes of a running Postgres: the server's own and one for each connection. */
export class PostgresProcesses {
  readonly #server: number;
  #resume: () => Promise<void> = async () => {};

  private constructor(server: number) {
    this.#server = server;
  }

  /** Finds them by asking. The server itself is the parent of every process that serves a connection. */
  static async of(db: NodePgDatabase): Promise<PostgresProcesses> {
    const { rows } = await db.execute(sql`select pg_backend_pid() as pid`);
    const parent = parentOf(backendRow.parse(rows[0]).pid);
    if (parent === null) throw new Error('Postgres does not run on this machine');
    return new PostgresProcesses(parent);
  }

  /** Stops them all in whatever they are doing, as a machine that hangs: connections are accepted, nothing is answered. */
  hang(): void {
    // The server first, so that it starts no more.
    process.kill(this.#server, 'SIGSTOP');
    const children = this.#children();
    // One that is stopped could not even be ended.
    this.#resume = atTheLatest('kill -CONT "$0" "$@"', [...children, this.#server].map(String));
    for (const pid of children) process.kill(pid, 'SIGSTOP');
  }

  /** Lets them go on. Harmless when they do already. */
  async resume(): Promise<void> {
    await this.#resume();
    this.#resume = async () => {};
  }

  #children(): number[] {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && parentOf(pid) === this.#server);
  }
}

/** The parent of a process, or null when it has ended. */
function parentOf(pid: number): number | null {
  try {
    // The name in parentheses may hold anything; the state and the parent follow it.
    const [, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return Number(parent);
  } catch {
    return null;
  }
}
