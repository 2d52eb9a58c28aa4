import { setLogEventListeners } from 'mediasoup';
import { ConfigurationError, readConfiguration } from './configuration.ts';
import { Logger } from './logger.ts';
import { Origin } from './origin.ts';

/**
 * A media origin as a program; README.md lists its environment. SIGTERM and SIGINT drain it; a second one ends it at once.
 * Prints a line of JSON with `event: listening` when it is ready.
 */
async function main(): Promise<void> {
  const logger = new Logger();
  setLogEventListeners({
    onwarn: (namespace, message) => logger.warn('mediasoup', { namespace, message }),
    onerror: (namespace, message, error) => logger.error('mediasoup', { namespace, message }, error),
  });
  const origin = await Origin.create({ configuration: readConfiguration(process.env), logger });
  let asked = 0;
  const stop = () => {
    asked += 1;
    origin.stop({ graceful: asked === 1 }).then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error('stop_failed', {}, error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigurationError ? error.message : error);
  process.exit(1);
});
