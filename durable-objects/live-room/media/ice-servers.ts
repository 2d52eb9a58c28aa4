import * as z from 'zod';
import { type IceServer, iceServer } from '#contract/live-room.ts';
import { logFailure } from '../../log.ts';

/** Where TURN and STUN servers are configured. Without any, browsers reach origins directly or not at all. */
export type IceSettings = {
  /** `turn:turn.example.com:3478?transport=udp, turns:…, stun:…`, separated by commas. */
  TURN_URLS?: string;
  /** Secret that coturn shares (`static-auth-secret`). */
  TURN_SECRET?: string;
  /** Cloudflare's TURN service instead: the id of a key, and its API token (secret). */
  CLOUDFLARE_TURN_KEY_ID?: string;
  CLOUDFLARE_TURN_API_TOKEN?: string;
};

/** How long credentials are good for: longer than any show. */
export const TURN_SECONDS = 12 * 3_600;
/** Cloudflare's are asked for once in so long and shared by a room. */
const ASK_AGAIN_MS = 3_600_000;
const AFTER_FAILURE_MS = 10_000;
const ASK_TIMEOUT_MS = 3_000;

const cloudflareAnswer = z.object({ iceServers: z.union([iceServer, z.array(iceServer)]) });

/** The ICE servers for the clients of one room. */
export class IceServers {
  readonly #settings: IceSettings;
  readonly #now: () => Date;
  #ofCloudflare: { servers: Promise<IceServer[]>; until: number } | null = null;

  constructor(settings: IceSettings, now: () => Date) {
    this.#settings = settings;
    this.#now = now;
  }

  /** For this person, now. When a service that gives credentials is away, there are none: most can do without. */
  async for(userId: string): Promise<IceServer[]> {
    const { TURN_URLS, TURN_SECRET, CLOUDFLARE_TURN_KEY_ID, CLOUDFLARE_TURN_API_TOKEN } = this.#settings;
    const servers = TURN_URLS ? await staticServers(TURN_URLS, TURN_SECRET ?? '', userId, this.#now()) : [];
    if (!CLOUDFLARE_TURN_KEY_ID || !CLOUDFLARE_TURN_API_TOKEN) return servers;
    return [...servers, ...(await this.#askCloudflare(CLOUDFLARE_TURN_KEY_ID, CLOUDFLARE_TURN_API_TOKEN))];
  }

  /** Who come together ask together, and when there was no answer nobody waits for one again for a while. */
  #askCloudflare(keyId: string, apiToken: string): Promise<IceServer[]> {
    const now = this.#now().getTime();
    if (this.#ofCloudflare && now < this.#ofCloudflare.until) return this.#ofCloudflare.servers;
    const asked = {
      until: now + ASK_AGAIN_MS,
      servers: cloudflareServers(keyId, apiToken).catch((error: unknown) => {
        logFailure('no TURN credentials', { keyId }, error);
        asked.until = this.#now().getTime() + AFTER_FAILURE_MS;
        return [];
      }),
    };
    this.#ofCloudflare = asked;
    return asked.servers;
  }
}

/**
 * "A REST API For Access To TURN Services" (draft-uberti-behave-turn-rest-00, 2.2), as coturn's `use-auth-secret` takes it: the name
 * is when it ends (seconds of Unix time) and for whom, the password the base64 of the name's HMAC-SHA1.
 */
async function staticServers(urls: string, secret: string, userId: string, now: Date): Promise<IceServer[]> {
  const all = urls.split(',').flatMap((url) => url.trim() || []);
  const stun = all.filter((url) => /^stuns?:/.test(url));
  const turn = all.filter((url) => !stun.includes(url));
  const username = `${Math.floor(now.getTime() / 1_000) + TURN_SECONDS}:${userId}`;
  return [
    ...(stun.length > 0 ? [{ urls: stun }] : []),
    ...(turn.length > 0 ? [{ urls: turn, username, credential: await hmacSha1(secret, username) }] : []),
  ];
}

async function hmacSha1(secret: string, text: string): Promise<string> {
  const bytes = (value: string) => new TextEncoder().encode(value);
  const algorithm = { name: 'HMAC', hash: 'SHA-1' };
  const key = await crypto.subtle.importKey('raw', bytes(secret), algorithm, false, ['sign']);
  const signature = await crypto.subtle.sign('HMAC', key, bytes(text));
  return btoa(String.fromCharCode(...new Uint8Array(signature)));
}

/** developers.cloudflare.com/realtime/turn/generate-credentials. Throws when it does not answer as it should. */
async function cloudflareServers(keyId: string, apiToken: string): Promise<IceServer[]> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ASK_TIMEOUT_MS);
  try {
    const response = await fetch(
      `https://rtc.live.cloudflare.com/v1/turn/keys/${encodeURIComponent(keyId)}/credentials/generate-ice-servers`,
      {
        method: 'POST',
        headers: { Authorization: `Bearer ${apiToken}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ ttl: TURN_SECONDS }),
        signal: late.signal,
      },
    );
    if (!response.ok) throw new Error(`Cloudflare answered ${response.status}`);
    const { iceServers } = cloudflareAnswer.parse(await response.json());
    return [iceServers].flat();
  } finally {
    clearTimeout(timer);
  }
}
