import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '#scripts/free-port.ts';
import { type OriginConfiguration, readConfiguration } from '../configuration.ts';
import { checkAnnouncedAddress, checkPipeAddress } from './announced-address.ts';
import { checkControlAddress, checkSecret } from './control.ts';
import { checkMediaPorts } from './ports.ts';
import { checkEdge, isRunning } from './services.ts';

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const thing of open.splice(0)) thing.close();
});

const configured = (env: Record<string, string>): OriginConfiguration =>
  readConfiguration({ MEDIA_SECRET: 's'.repeat(32), MEDIA_WORKERS: '1', ...env });

describe('the address for browsers', () => {
  it.each([
    ['warning', 'only those on this very machine', {}],
    ['warning', 'only those in the same network', { RTC_ANNOUNCED_ADDRESS: '192.168.1.5' }],
    ['warning', 'only those in the same network', { RTC_ANNOUNCED_ADDRESS: 'fd00::1' }],
    ['ok', 'a public address', { RTC_ANNOUNCED_ADDRESS: '203.0.113.7' }],
    ['failing', 'does not resolve', { RTC_ANNOUNCED_ADDRESS: 'nowhere.invalid' }],
  ])('is judged: %s, %s', async (status, found, env) => {
    const finding = await checkAnnouncedAddress(configured(env));
    expect(finding.status).toBe(status);
    expect(finding.found).toContain(found);
    expect(finding.advice === undefined).toBe(status === 'ok');
  });
});

describe('the address for other origins', () => {
  it.each([
    ['ok', {}],
    ['warning', { RTC_ANNOUNCED_ADDRESS: '203.0.113.7' }],
    ['ok', { RTC_ANNOUNCED_ADDRESS: '203.0.113.7', PIPE_ANNOUNCED_IP: '203.0.113.7' }],
  ])('is judged: %s', (status, env) => {
    expect(checkPipeAddress(configured(env)).status).toBe(status);
  });
});

describe('the address for the edge', () => {
  const edge = 'https://taplive.example';
  it.each([
    ['ok', {}],
    ['failing', { EDGE_URL: edge }],
    ['failing', { EDGE_URL: edge, CONTROL_ADDRESS: 'https://localhost:8790' }],
    ['failing', { EDGE_URL: edge, CONTROL_ADDRESS: 'http://[::1]:8790' }],
    ['failing', { EDGE_URL: edge, CONTROL_HOST: '::1' }],
    ['warning', { EDGE_URL: edge, CONTROL_ADDRESS: 'http://203.0.113.7:8790' }],
    ['ok', { EDGE_URL: edge, CONTROL_ADDRESS: 'https://lisbon.taplive.example' }],
  ])('is judged: %s', (status, env) => {
    expect(checkControlAddress(configured(env)).status).toBe(status);
  });
});

describe('the media ports', () => {
  it('are fine when what is sent to them arrives, and are free again afterwards', async () => {
    const configuration = configured({ RTC_PORT: String(await freePort()) });
    for (let i = 0; i < 2; i += 1) {
      const findings = await checkMediaPorts(configuration, false);
      expect(findings.map(({ about, status }) => [about, status])).toEqual([
        ['UDP', 'ok'],
        ['TCP', 'ok'],
      ]);
    }
  });

  it('that another program holds are named', async () => {
    const port = await freePort();
    const other = createSocket('udp4').bind(port, '127.0.0.1');
    open.push(other);
    await once(other, 'listening');
    const [finding] = await checkMediaPorts(configured({ RTC_PORT: String(port) }), false);
    expect(finding).toMatchObject({ status: 'failing' });
    expect(finding?.found).toContain(`UDP port ${port}`);
  });

  it('that nothing arrives at are a matter for the firewall', async () => {
    // An address of the test network (RFC 5737), which leads nowhere.
    const configuration = configured({
      RTC_PORT: String(await freePort()),
      RTC_ANNOUNCED_ADDRESS: '192.0.2.1',
    });
    const findings = await checkMediaPorts(configuration, false);
    expect(findings.map(({ status }) => status)).toEqual(['warning', 'warning']);
    expect(findings[0]?.advice).toContain('firewall');
  });
});

describe('the edge', () => {
  async function serve(
    status: number,
    headers: Record<string, string> = {},
    body: object = {},
  ): Promise<Server> {
    const server = createServer((_, response) => {
      response.writeHead(status, headers).end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    open.push(server);
    await once(server, 'listening');
    return server;
  }
  const portOf = (server: Server) => (server.address() as AddressInfo).port;
  const urlOf = (server: Server) => `http://127.0.0.1:${portOf(server)}`;

  it('is fine when it answers', async () => {
    expect((await checkEdge(configured({ EDGE_URL: urlOf(await serve(200)) }))).status).toBe('ok');
  });
  it('that does not answer is failing', async () => {
    const finding = await checkEdge(configured({ EDGE_URL: `http://127.0.0.1:${await freePort()}` }));
    expect(finding).toMatchObject({ status: 'failing' });
    expect(finding.found).toContain('ECONNREFUSED');
  });
  it('whose clock is another is failing', async () => {
    const server = await serve(200, { date: new Date(Date.now() - 120_000).toUTCString() });
    expect((await checkEdge(configured({ EDGE_URL: urlOf(server) }))).found).toContain('differ by 12');
  });
  it.each([
    ['ok', 400],
    ['failing', 403],
    ['warning', 404],
  ])('shares the secret: %s when it answers an empty report with %d', async (status, answer) => {
    const finding = await checkSecret(configured({ EDGE_URL: urlOf(await serve(answer)) }));
    expect(finding.status).toBe(status);
  });
  it('that is not well itself is worth a warning', async () => {
    expect((await checkEdge(configured({ EDGE_URL: urlOf(await serve(503)) }))).status).toBe('warning');
  });

  it('an origin of this name that runs is noticed, another service is not', async () => {
    const ours = await serve(200, {}, { originId: 'local' });
    const other = await serve(200, {}, { status: 'ok' });
    expect(await isRunning(configured({ CONTROL_PORT: String(portOf(ours)) }))).toBe(true);
    expect(await isRunning(configured({ CONTROL_PORT: String(portOf(other)) }))).toBe(false);
  });
});
