import type { Router, Transport, Worker } from 'mediasoup/types';

const KINDS = ['routers', 'transports', 'producers', 'consumers'] as const;
type Kind = (typeof KINDS)[number];

/** Counts what lives on a media worker, by listening: nothing can be forgotten, whoever made or closed it. */
export class Census {
  readonly #counts: Record<Kind, number> = { routers: 0, transports: 0, producers: 0, consumers: 0 };

  constructor(worker: Worker) {
    worker.observer.on('newrouter', (router) => this.#router(router));
  }

  get counts(): Readonly<Record<Kind, number>> {
    return this.#counts;
  }

  /** The sum over several. */
  static sum(all: Iterable<Census>): Record<Kind, number> {
    const sum = { routers: 0, transports: 0, producers: 0, consumers: 0 };
    for (const { counts } of all) for (const kind of KINDS) sum[kind] += counts[kind];
    return sum;
  }

  #router(router: Router): void {
    this.#count('routers', router);
    router.observer.on('newtransport', (transport) => this.#transport(transport));
  }

  #transport(transport: Transport): void {
    this.#count('transports', transport);
    transport.observer.on('newproducer', (producer) => this.#count('producers', producer));
    transport.observer.on('newconsumer', (consumer) => this.#count('consumers', consumer));
  }

  #count(kind: Kind, thing: { observer: { once(event: 'close', listener: () => void): unknown } }): void {
    this.#counts[kind] += 1;
    thing.observer.once('close', () => {
      this.#counts[kind] -= 1;
    });
  }
}
