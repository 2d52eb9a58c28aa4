import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

type PathOptions = {
  /** Where browsers send to: an address of the loopback interface other than `to`, with the same ports. */
  readonly at: string;
  readonly to: string;
  readonly ports: readonly number[];
};

/**
 * A network between browsers and an origin, as bad as it is told to be: it passes datagrams and TCP streams on, each way,
 * loses some and holds all of them up. Needs no rights. To be in the way it must be the origin's announced address.
 */
export class NetworkPath {
  /** The share of datagrams that get lost, 0 to 1. */
  udpLoss = 0;
  /** How long everything is under way, one way. */
  delayMs = 0;
  /** Datagrams so far. */
  readonly datagrams = { passed: 0, lost: 0 };
  readonly #options: PathOptions;
  #closed = false;
  /** Resolves as soon as the network is there. */
  #there: Promise<void> = Promise.resolve();
  /** Set while it is away. */
  #return: (() => void) | null = null;
  readonly #udp = new Set<UdpSocket>();
  readonly #tcp = new Set<Server | Socket>();

  static async create(options: PathOptions): Promise<NetworkPath> {
    const path = new NetworkPath(options);
    await Promise.all(options.ports.flatMap((port) => [path.#passDatagrams(port), path.#passStreams(port)]));
    return path;
  }

  private constructor(options: PathOptions) {
    this.#options = options;
  }

  /** From now on nothing passes: datagrams are lost, and what goes by TCP waits, as it does for a network that is away. */
  goAway(): void {
    if (this.#return) return;
    this.#there = new Promise((resolve) => {
      this.#return = resolve;
    });
  }

  comeBack(): void {
    this.#return?.();
    this.#return = null;
  }

  close(): void {
    this.comeBack();
    this.#closed = true;
    for (const socket of this.#udp) socket.close();
    for (const socket of this.#tcp) {
      if ('destroy' in socket) socket.destroy();
      else socket.close();
    }
    this.#udp.clear();
    this.#tcp.clear();
  }

  async #passDatagrams(port: number): Promise<void> {
    const { at, to } = this.#options;
    const near = await this.#openUdp(at, port);
    /** For each browser's socket one of ours: to the origin they are as different as they are. */
    const flows = new Map<string, Promise<UdpSocket>>();
    near.on('message', async (datagram, from) => {
      const key = `${from.address} ${from.port}`;
      let flow = flows.get(key);
      if (!flow) {
        flow = this.#openUdp(to, 0);
        flows.set(key, flow);
        (await flow).on('message', (answer) => this.#carry(() => near.send(answer, from.port, from.address)));
      }
      const far = await flow;
      this.#carry(() => far.send(datagram, port, to));
    });
  }

  async #openUdp(address: string, port: number): Promise<UdpSocket> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    this.#udp.add(socket);
    socket.bind(port, address);
    await once(socket, 'listening');
    return socket;
  }

  #carry(send: () => void): void {
    if (this.#closed) return;
    if (this.#return || Math.random() < this.udpLoss) {
      this.datagrams.lost += 1;
      return;
    }
    this.datagrams.passed += 1;
    if (this.delayMs === 0) send();
    else setTimeout(() => this.#closed || send(), this.delayMs);
  }

  async #passStreams(port: number): Promise<void> {
    const { at, to } = this.#options;
    const server = createServer({ noDelay: true }, async (near) => {
      near.on('error', () => {});
      await this.#there;
      if (this.#closed) near.destroy();
      if (near.destroyed) return;
      const far = connect({ port, host: to, noDelay: true });
      void this.#pass(near, far);
      void this.#pass(far, near);
    });
    this.#tcp.add(server);
    server.listen(port, at);
    await once(server, 'listening');
  }

  /** Passes on what comes, until either end closes; then both do. */
  async #pass(from: Socket, to: Socket): Promise<void> {
    this.#tcp.add(from);
    from.on('error', () => {});
    from.on('data', async (chunk) => {
      if (this.delayMs > 0) await sleep(this.delayMs);
      await this.#there;
      if (!to.destroyed) to.write(chunk);
    });
    await once(from, 'close').catch(() => {});
    await this.#there;
    this.#tcp.delete(from);
    to.destroy();
  }
}
