import { observer } from 'mediasoup';
import type { WebRtcTransport } from 'mediasoup/types';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '#scripts/free-port.ts';
import type { Origin } from '../origin.ts';
import { type BrowserClient, Participants } from './browser/participants.ts';
import { seesAndHears } from './browser/sees-and-hears.ts';
import { TestEdge } from './edge.ts';
import { LiveRoom } from './live-room.ts';
import { NetworkPath } from './network-path.ts';
import { startOrigin } from './origins.ts';
import { TurnServer } from './turn-server.ts';

/** Browsers are told to send to the second, where the network is. */
const ORIGIN = '127.0.0.1';
const NETWORK = '127.0.0.2';

let edge: TestEdge;
let origin: Origin;
let network: NetworkPath;
let participants: Participants;
let room: LiveRoom;
let clients: BrowserClient[] = [];
/** Browsers' transports at the origin, the latest last. */
const transports: WebRtcTransport[] = [];

observer.on('newworker', (worker) =>
  worker.observer.on('newrouter', (router) =>
    router.observer.on('newtransport', (transport) => {
      // The type says which it is.
      if (transport.type === 'webrtc') transports.push(transport as WebRtcTransport);
    }),
  ),
);

beforeAll(async () => {
  edge = await TestEdge.create();
  const port = await freePort();
  [participants, { origin }, network] = await Promise.all([
    Participants.create(),
    startOrigin(edge, {
      MEDIA_WORKERS: '1',
      RTC_LISTEN_IP: ORIGIN,
      RTC_ANNOUNCED_ADDRESS: NETWORK,
      RTC_PORT: String(port),
    }),
    NetworkPath.create({ at: NETWORK, to: ORIGIN, ports: [port] }),
  ]);
});
afterAll(async () => {
  await participants.close();
  await origin.stop({ graceful: false });
  network.close();
  await edge.close();
});
beforeEach(async () => {
  network.udpLoss = 0;
  room = new LiveRoom(origin);
  await room.command('openRoom', {}, {});
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  clients = [];
  await room.command('closeRoom', {});
});

async function client(id: string): Promise<BrowserClient> {
  const opened = await participants.open(room, id);
  clients.push(opened);
  return opened;
}

/** How the latest two transports, the host's and the viewer's, are reached. */
const protocols = () => transports.slice(-2).map(({ iceSelectedTuple }) => iceSelectedTuple?.protocol);

describe('a network', () => {
  it('that lets no datagram through leaves TCP, for publisher and viewer', async () => {
    network.udpLoss = 1;
    const host = await client('host');
    await host.publish('video/vp8');
    const viewer = await client('viewer');
    await viewer.watch();
    await seesAndHears(viewer);
    expect(protocols()).toEqual(['tcp', 'tcp']);
    expect(network.datagrams.lost).toBeGreaterThan(0);
  });

  it('that stops letting datagrams through leaves TCP after an ICE restart', async () => {
    const host = await client('host');
    await host.publish('video/vp8');
    const viewer = await client('viewer');
    await viewer.watch();
    await seesAndHears(viewer);
    expect(protocols()).toEqual(['udp', 'udp']);
    network.udpLoss = 1;
    await Promise.all([host.restartIce(), viewer.restartIce()]);
    await seesAndHears(viewer);
    expect(protocols()).toEqual(['tcp', 'tcp']);
  });

  it('that loses 5 % both ways stays watchable', async () => {
    network.udpLoss = 0.05;
    const { passed, lost } = network.datagrams;
    const host = await client('host');
    await host.publish('video/vp8');
    const viewer = await client('viewer');
    await viewer.watch();
    // Four seconds of the camera's pictures.
    await seesAndHears(viewer, { frames: 80 });
    expect(protocols()).toEqual(['udp', 'udp']);
    expect(edge.latest(room.id)?.audioOnly).toEqual([]);
    const now = network.datagrams;
    expect((now.lost - lost) / (now.passed + now.lost - passed - lost)).toBeCloseTo(0.05, 1);
  });
});

describe('a viewer who reaches nothing but a TURN server', () => {
  let turn: TurnServer;
  beforeAll(async () => {
    turn = await TurnServer.start();
  });
  afterAll(() => turn?.stop());

  it('sees the picture through it, with time-limited credentials', async () => {
    const host = await client('host');
    await host.publish('video/vp8');
    const viewer = await client('viewer');
    await viewer.watch({ relay: turn.credentials(60) });
    await seesAndHears(viewer);
  });

  it('gets no relay once the credentials have expired', async () => {
    const viewer = await client('viewer');
    expect(await viewer.askForRelay(turn.credentials(60))).toBe('given');
    expect(await viewer.askForRelay(turn.credentials(-60))).toBe(401);
  });
});
