import { createFaultQueue } from '#db/gateway/faults.ts';
import { startGateway } from '#db/gateway/gateway.ts';
import { embeddedTestDatabase, realTestDatabase } from './databases.ts';

/**
 * The tests' gateway, a process of its own so that queries do not hold up the test runner. It ends, and leaves nothing behind,
 * when its standard input does: that happens however the runner ends.
 */
async function main(): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    process.stdin.resume().once('end', resolve).once('error', resolve);
    process.once('SIGTERM', resolve);
    // Ctrl-C reaches the whole process group; the runner decides when the database is no longer needed.
    process.on('SIGINT', () => {});
  });
  const { backend, databaseUrl, postgresAdminUrl } =
    process.argv[2] === 'postgres' ? await realTestDatabase() : embeddedTestDatabase();
  const gateway = await startGateway({ backend, faults: createFaultQueue() });
  console.log(JSON.stringify({ url: gateway.url, databaseUrl, postgresAdminUrl }));
  await ended;
  await gateway.close();
  await backend.close();
}

await main();
process.exit();
