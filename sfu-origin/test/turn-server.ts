import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#scripts/free-port.ts';
import { eventually } from './eventually.ts';

/** As `RTCPeerConnection` takes it. */
export type TurnCredentials = { urls: string; username: string; credential: string };

/** Debian's coturn, which gives out nothing but its relaying: time-limited credentials from a secret that it shares with the edge. */
export class TurnServer {
  readonly #process: ChildProcess;
  readonly #port: number;
  readonly #secret: string;
  readonly #folder: string;

  /** @throws Error when it is not installed, or does not start */
  static async start(): Promise<TurnServer> {
    const folder = await mkdtemp(join(tmpdir(), 'taplive-turn-'));
    const [port, lowest] = [await freePort(), await freePort()];
    const secret = randomBytes(24).toString('base64url');
    const coturn = spawn(
      'turnserver',
      [
        // Its configuration is here, and not that of the system.
        '-n',
        '--listening-ip=127.0.0.1',
        `--listening-port=${port}`,
        '--relay-ip=127.0.0.1',
        `--min-port=${lowest}`,
        `--max-port=${lowest + 20}`,
        '--allow-loopback-peers',
        '--use-auth-secret',
        `--static-auth-secret=${secret}`,
        '--realm=turn.test',
        '--no-tls',
        '--no-dtls',
        '--no-cli',
        '--no-software-attribute',
        `--userdb=${join(folder, 'users')}`,
        `--pidfile=${join(folder, 'pid')}`,
        '--log-file=stdout',
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const said: string[] = [];
    let problem: string | null = null;
    for (const stream of [coturn.stdout, coturn.stderr]) stream.on('data', (line) => said.push(String(line)));
    coturn.on('error', () => {
      problem = 'turnserver cannot be run: apt-get install coturn';
    });
    coturn.on('exit', (code) => {
      problem ??= `turnserver ended with ${code}:\n${said.join('')}`;
    });
    const server = new TurnServer(coturn, port, secret, folder);
    try {
      await eventually('the TURN server listens', () => {
        if (problem !== null) throw new Error(problem);
        return isListening(port);
      });
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  private constructor(coturn: ChildProcess, port: number, secret: string, folder: string) {
    this.#process = coturn;
    this.#port = port;
    this.#secret = secret;
    this.#folder = folder;
  }

  /** Credentials that are good for so many seconds from now: the name says until when, the password proves it. */
  credentials(seconds: number): TurnCredentials {
    const username = `${Math.floor(Date.now() / 1_000) + seconds}:viewer`;
    const credential = createHmac('sha1', this.#secret).update(username).digest('base64');
    return { urls: `turn:127.0.0.1:${this.#port}?transport=udp`, username, credential };
  }

  async stop(): Promise<void> {
    if (this.#process.pid !== undefined && this.#process.exitCode === null) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await exited;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
