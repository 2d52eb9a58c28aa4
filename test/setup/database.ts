import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import './provided-context.ts';

const readySchema = z.object({
  url: z.string(),
  databaseUrl: z.string(),
  postgresAdminUrl: z.string().nullable(),
});

/**
 * Starts the run's one gateway and tells the tests where it is. `TEST_DATABASE=postgres` puts a real Postgres behind it;
 * otherwise it is the embedded database.
 */
export default async function startGatewayProcess(project: TestProject): Promise<() => Promise<void>> {
  const program = fileURLToPath(new URL('./gateway-process.ts', import.meta.url));
  const kind = process.env.TEST_DATABASE === 'postgres' ? 'postgres' : 'pglite';
  const gateway = spawn(process.execPath, [program, kind], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(gateway, 'exit');
  const ready = once(createInterface(gateway.stdout), 'line');
  const failed = exited.then(([code]) => {
    throw new Error(`the tests' gateway ended with ${code} before it was ready`);
  });
  const [line] = await Promise.race([ready, failed]);
  const { url, databaseUrl, postgresAdminUrl } = readySchema.parse(JSON.parse(line));
  project.provide('databaseUrl', databaseUrl);
  project.provide('databaseFetchEndpoint', `${url}/sql`);
  project.provide('postgresAdminUrl', postgresAdminUrl);
  const stop = async () => {
    gateway.stdin.end();
    await exited;
  };
  if (project.vitest.projects.some((other) => other.getProvidedContext().needsDatabase)) {
    const health = await fetch(`${url}/health`);
    if (!health.ok) {
      await stop();
      throw new Error(`the tests' database did not start: ${await health.text()}`);
    }
  }
  return stop;
}
