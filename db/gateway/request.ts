import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { type Credentials, isolationLevels, type TransactionMode, type Work } from './backend.ts';
import { GatewayError } from './errors.ts';
import { parseJson } from './http.ts';

/** The wire protocol counts a statement's parameters in 16 bits; one more wraps around silently. */
const maxParams = 65_535;

const parameter = z
  .union([z.string(), z.null(), z.number(), z.boolean()])
  .transform((value) => (value === null ? null : String(value)));

const statement = z
  .object({
    query: z.string().refine((text) => !text.includes('\0'), 'must not contain NUL'),
    params: z.array(parameter).max(maxParams).default([]),
  })
  .transform(({ query, params }) => ({ text: query, params }));

const batch = z.object({ queries: z.array(statement).min(1) });

/**
 * Reads one request of Neon's HTTP protocol (as `@neondatabase/serverless` sends it).
 * @throws GatewayError 400 naming what is wrong, 401 when the connection string has no credentials
 */
export function readWork(headers: IncomingHttpHeaders, body: string): Work {
  const credentials = readCredentials(headers['neon-connection-string']);
  if (headers['neon-raw-text-output'] !== 'true' || headers['neon-array-mode'] !== 'true') {
    throw new GatewayError(400, 'Neon-Raw-Text-Output and Neon-Array-Mode must both be "true"');
  }
  const json = parseJson(body);
  const isBatch = typeof json === 'object' && json !== null && 'queries' in json;
  const parsed = isBatch ? batch.safeParse(json) : statement.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new GatewayError(400, `invalid request body: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  return 'queries' in parsed.data
    ? { credentials, statements: parsed.data.queries, transaction: readTransactionMode(headers) }
    : { credentials, statements: [parsed.data], transaction: null };
}

/**
 * Takes user, password and database out of a connection string; all three are needed, because the drivers behind
 * would fill a missing one from the gateway's own environment.
 * @throws GatewayError 401
 */
export function readCredentials(connectionString: string | string[] | undefined): Credentials {
  if (typeof connectionString !== 'string') throw new GatewayError(401, 'Neon-Connection-String is missing');
  try {
    const url = new URL(connectionString);
    const user = decodeURIComponent(url.username);
    const password = decodeURIComponent(url.password);
    const database = decodeURIComponent(url.pathname.slice(1));
    const scheme = url.protocol === 'postgresql:' || url.protocol === 'postgres:';
    if (scheme && user && password && database) return { user, password, database };
  } catch {
    // Falls through: a malformed URL is answered like an incomplete one, without repeating it.
  }
  throw new GatewayError(401, 'the connection string must be postgresql://user:password@host/database');
}

function readTransactionMode(headers: IncomingHttpHeaders): TransactionMode {
  const level = headers['neon-batch-isolation-level'];
  if (level !== undefined && !isIsolationLevel(level)) {
    throw new GatewayError(400, `Neon-Batch-Isolation-Level must be one of ${Object.keys(isolationLevels)}`);
  }
  return {
    isolationLevel: level ?? null,
    readOnly: headers['neon-batch-read-only'] === 'true',
    deferrable: headers['neon-batch-deferrable'] === 'true',
  };
}

function isIsolationLevel(level: string | string[]): level is keyof typeof isolationLevels {
  return typeof level === 'string' && Object.hasOwn(isolationLevels, level);
}
