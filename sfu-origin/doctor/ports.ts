import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, isIP, type Server } from 'node:net';
import type { OriginConfiguration } from '../configuration.ts';
import { type Finding, failing, ok, warning } from './finding.ts';

const ANSWER_WITHIN_MS = 2_000;

type Ports = Pick<OriginConfiguration, 'rtc' | 'workers'>;

/**
 * Whether what is sent to the announced address arrives at the media ports, UDP and TCP. While the origin runs it holds the
 * ports itself: then only TCP can be tried from here.
 */
export async function checkMediaPorts({ rtc, workers }: Ports, running: boolean): Promise<Finding[]> {
  const ports = Array.from({ length: workers }, (_, index) => rtc.port + index);
  const to = rtc.announcedAddress ?? rtc.ip;
  const range = ports.length === 1 ? `port ${rtc.port}` : `ports ${rtc.port} to ${ports.at(-1)}`;
  if (running) {
    const closed = await unreachable(ports, (port) => reachesTcp(to, port));
    return [tcpFinding(range, to, closed)];
  }
  const held = await hold(rtc.ip, ports);
  if ('taken' in held) {
    return [
      failing(
        'Media ports',
        `${held.taken} cannot be used on ${rtc.ip}: ${held.reason}`,
        'Stop the program that holds it, or choose others by RTC_PORT (one port for each media worker).',
      ),
    ];
  }
  try {
    const [udp, tcp] = [
      await unreachable(ports, (port) => reachesUdp(to, port)),
      await unreachable(ports, (port) => reachesTcp(to, port)),
    ];
    return [udpFinding(range, to, udp), tcpFinding(range, to, tcp)];
  } finally {
    held.release();
  }
}

function udpFinding(range: string, to: string, closed: readonly number[]): Finding {
  if (closed.length === 0) return ok('UDP', `What is sent to ${to}, ${range}, arrives.`);
  return warning(
    'UDP',
    `From here nothing arrives over UDP at ${to}, port ${closed.join(', ')}.`,
    `Open UDP ${range} in the firewall (and the cloud's security group, and the router). Without it video goes over TCP, ` +
      'which stutters when packets are lost. A router that does not loop back to its own network also looks like this: ' +
      'then the page /preflight in a browser elsewhere knows better.',
  );
}

function tcpFinding(range: string, to: string, closed: readonly number[]): Finding {
  if (closed.length === 0) return ok('TCP', `What is sent to ${to}, ${range}, arrives.`);
  return warning(
    'TCP',
    `From here nothing arrives over TCP at ${to}, port ${closed.join(', ')}.`,
    `Open TCP ${range} too: it is the way out for viewers in networks that let no UDP through.`,
  );
}

type Held = { release: () => void } | { taken: string; reason: string };

/** Listens on all of these ports, as the origin would, and answers what comes. */
async function hold(ip: string, ports: readonly number[]): Promise<Held> {
  const sockets: (Socket | Server)[] = [];
  const release = () => {
    for (const socket of sockets) socket.close();
  };
  for (const port of ports) {
    for (const protocol of ['UDP', 'TCP'] as const) {
      try {
        sockets.push(protocol === 'UDP' ? await echo(ip, port) : await accept(ip, port));
      } catch (error) {
        release();
        return {
          taken: `${protocol} port ${port}`,
          reason: error instanceof Error ? error.message : String(error),
        };
      }
    }
  }
  return { release };
}

async function echo(ip: string, port: number): Promise<Socket> {
  const socket = createSocket(isIP(ip) === 6 ? 'udp6' : 'udp4');
  socket.on('message', (message, from) => socket.send(message, from.port, from.address));
  socket.bind(port, ip);
  await once(socket, 'listening');
  return socket;
}

async function accept(ip: string, port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.listen(port, ip);
  await once(server, 'listening');
  return server;
}

async function unreachable(
  ports: readonly number[],
  reaches: (port: number) => Promise<boolean>,
): Promise<number[]> {
  const reached = await Promise.all(ports.map(reaches));
  return ports.filter((_, index) => !reached[index]);
}

async function reachesUdp(address: string, port: number): Promise<boolean> {
  const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
  try {
    const answered = once(socket, 'message', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    socket.send('taplive', port, address);
    await answered;
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

async function reachesTcp(address: string, port: number): Promise<boolean> {
  const socket = connect({ host: address, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
