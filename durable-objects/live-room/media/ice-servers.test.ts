import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { IceServers, TURN_SECONDS } from './ice-servers.ts';

const NOW = new Date('2026-11-23T12:00:00.000Z');
const now = () => NOW;

afterEach(() => void vi.restoreAllMocks());

describe('ICE servers', () => {
  it('are none where none are configured', async () => {
    expect(await new IceServers({}, now).for('u1')).toEqual([]);
    expect(await new IceServers({ TURN_URLS: '', CLOUDFLARE_TURN_KEY_ID: '' }, now).for('u1')).toEqual([]);
  });

  it('of coturn come with a name that ends, and the password that its shared secret makes of it', async () => {
    const urls =
      'stun:turn.example.com:3478, turn:turn.example.com:3478?transport=udp,turns:turn.example.com:5349';
    const [stun, turn, ...others] = await new IceServers(
      { TURN_URLS: urls, TURN_SECRET: 'shared with coturn' },
      now,
    ).for('u1');
    expect(others).toEqual([]);
    expect(stun).toEqual({ urls: ['stun:turn.example.com:3478'] });
    const username = `${NOW.getTime() / 1_000 + TURN_SECONDS}:u1`;
    expect(turn).toEqual({
      urls: ['turn:turn.example.com:3478?transport=udp', 'turns:turn.example.com:5349'],
      username,
      credential: createHmac('sha1', 'shared with coturn').update(username).digest('base64'),
    });
  });

  it('of Cloudflare are asked for once for a whole room, and done without when they do not come', async () => {
    const settings = { CLOUDFLARE_TURN_KEY_ID: 'key', CLOUDFLARE_TURN_API_TOKEN: 'token' };
    const given = { urls: ['turn:turn.cloudflare.com:3478?transport=udp'], username: 'n', credential: 'c' };
    const asked = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      expect(String(input)).toBe(
        'https://rtc.live.cloudflare.com/v1/turn/keys/key/credentials/generate-ice-servers',
      );
      expect(init).toMatchObject({ method: 'POST', body: JSON.stringify({ ttl: TURN_SECONDS }) });
      expect(new Headers(init?.headers).get('Authorization')).toBe('Bearer token');
      return Response.json(
        { iceServers: [{ urls: ['stun:stun.cloudflare.com:3478'] }, given] },
        { status: 201 },
      );
    });
    const servers = new IceServers(settings, now);
    expect(await servers.for('u1')).toEqual([{ urls: ['stun:stun.cloudflare.com:3478'] }, given]);
    expect(await servers.for('u2')).toHaveLength(2);
    expect(asked).toHaveBeenCalledTimes(1);

    asked.mockResolvedValue(new Response('no', { status: 500 }));
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(await new IceServers(settings, now).for('u1')).toEqual([]);
  });
});
