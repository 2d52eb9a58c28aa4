import { type OriginLoad, originPath, originReports } from '#contract/origin.ts';
import type { OriginConfiguration } from '../configuration.ts';
import type { Logger } from '../logger.ts';
import type { Edge } from './edge.ts';
import { Reporter } from './reporter.ts';

type RegistrationOptions = {
  configuration: OriginConfiguration;
  bootId: string;
  /** Where the control API is reached from the edge. */
  address: () => string;
  edge: Edge;
  logger: Logger;
  now: () => number;
  facts: () => OriginLoad & { draining: boolean };
};

/** Tells the edge that this origin is there, where, and how much it has to do. */
export class Registration {
  readonly #tell: (signal: AbortSignal) => Promise<void>;
  readonly #logger: Logger;
  #reporter: Reporter | null = null;
  #n = 0;

  constructor({ configuration, bootId, address, edge, logger, now, facts }: RegistrationOptions) {
    const { originId, region, location } = configuration;
    this.#logger = logger.child({ report: 'registration' });
    this.#tell = async (signal) => {
      this.#n += 1;
      const at = new Date(now()).toISOString();
      const state = { originId, bootId, n: this.#n, at, region, location, address: address(), ...facts() };
      const path = originPath(originReports.registration.path, { originId });
      await edge.report('registration', path, originId, state, signal);
    };
  }

  start(): void {
    this.#reporter = new Reporter(this.#tell, this.#logger);
  }

  changed(): void {
    this.#reporter?.changed();
  }

  /** Tells a last time, as it is now. */
  async finish(): Promise<void> {
    await this.#reporter?.finish();
  }

  async stop(): Promise<void> {
    await this.#reporter?.stop();
  }
}
