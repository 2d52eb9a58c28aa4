import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import * as z from 'zod';
import { originId, originRegistration } from '#contract/origin.ts';
import { latitude, longitude } from '#contract/primitives.ts';

const LOOPBACK = '127.0.0.1';

const port = z.coerce.number().int().min(1).max(65_535);
const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const ip = z.string().refine((value) => isIP(value) !== 0, 'must be an IP address');
const isWildcard = (value: string) => value === '0.0.0.0' || value === '::';

/** An origin's environment. What each variable is for stands in README.md. */
const environment = z
  .object({
    ORIGIN_ID: originId.default('local'),
    ORIGIN_REGION: originRegistration.shape.region.default('local'),
    ORIGIN_LATITUDE: z.coerce.number().pipe(latitude).optional(),
    ORIGIN_LONGITUDE: z.coerce.number().pipe(longitude).optional(),
    EDGE_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8787'),
    MEDIA_SECRET: z.string({ error: 'must be set' }).min(32, 'must be at least 32 characters'),
    CONTROL_HOST: ip.default(LOOPBACK),
    CONTROL_PORT: count(0, 65_535).default(8790),
    CONTROL_ADDRESS: originRegistration.shape.address.optional(),
    RTC_LISTEN_IP: ip.default(LOOPBACK),
    RTC_ANNOUNCED_ADDRESS: z.string().min(1).max(253).optional(),
    RTC_PORT: port.default(14_000),
    PIPE_LISTEN_IP: ip.default(LOOPBACK),
    PIPE_ANNOUNCED_IP: ip.optional(),
    PIPE_PORT_MIN: port.default(14_100),
    PIPE_PORT_MAX: port.default(14_199),
    MEDIA_WORKERS: count(1, 256).default(availableParallelism()),
    PARTICIPANTS_PER_WORKER: count(1, 10_000).default(100),
    MAX_ROOMS: count(1, 100_000).default(1_000),
    MAX_INCOMING_BITRATE: count(100_000, 100_000_000).default(4_000_000),
    DRAIN_SECONDS: count(0, 86_400).default(60),
  })
  .refine((env) => (env.ORIGIN_LATITUDE === undefined) === (env.ORIGIN_LONGITUDE === undefined), {
    path: ['ORIGIN_LONGITUDE'],
    message: 'must be set together with ORIGIN_LATITUDE',
  })
  .refine((env) => !isWildcard(env.RTC_LISTEN_IP) || env.RTC_ANNOUNCED_ADDRESS !== undefined, {
    path: ['RTC_ANNOUNCED_ADDRESS'],
    message: 'must be set when RTC_LISTEN_IP is a wildcard: browsers need an address to send to',
  })
  .refine((env) => !isWildcard(env.PIPE_LISTEN_IP) || env.PIPE_ANNOUNCED_IP !== undefined, {
    path: ['PIPE_ANNOUNCED_IP'],
    message: 'must be set when PIPE_LISTEN_IP is a wildcard: other origins need an address to send to',
  })
  .refine((env) => !isWildcard(env.CONTROL_HOST) || env.CONTROL_ADDRESS !== undefined, {
    path: ['CONTROL_ADDRESS'],
    message: 'must be set when CONTROL_HOST is a wildcard: the edge needs an address to call',
  })
  .refine((env) => env.PIPE_PORT_MIN <= env.PIPE_PORT_MAX, {
    path: ['PIPE_PORT_MAX'],
    message: 'must not be below PIPE_PORT_MIN',
  })
  .refine((env) => env.RTC_PORT + env.MEDIA_WORKERS - 1 <= 65_535, {
    path: ['RTC_PORT'],
    message: 'must leave room for one port per media worker',
  })
  .refine(
    (env) => env.PIPE_PORT_MAX < env.RTC_PORT || env.PIPE_PORT_MIN >= env.RTC_PORT + env.MEDIA_WORKERS,
    {
      path: ['PIPE_PORT_MIN'],
      message:
        'must not reach, with PIPE_PORT_MAX, over the ports of the media workers, which begin at RTC_PORT',
    },
  );

type Endpoint = { readonly ip: string; readonly announcedAddress?: string };

export type OriginConfiguration = {
  readonly originId: string;
  readonly region: string;
  readonly location: { latitude: number; longitude: number } | null;
  readonly edgeUrl: string;
  readonly secret: string;
  /** `address` is where the edge reaches it; null: where it listens. Port 0: any free one. */
  readonly control: { readonly host: string; readonly port: number; readonly address: string | null };
  /** Worker `i` listens on `port + i`, UDP and TCP. */
  readonly rtc: Endpoint & { readonly port: number };
  readonly pipe: Endpoint & { readonly portRange: { min: number; max: number } };
  readonly workers: number;
  /** A room with so many participants on each of its workers spreads to one more. */
  readonly participantsPerWorker: number;
  readonly maxRooms: number;
  /** Bits per second that one publisher may send. */
  readonly maxIncomingBitrate: number;
  readonly drainSeconds: number;
};

/** What is wrong with the environment: a line for each variable. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** @throws ConfigurationError naming every variable that is wrong */
export function readConfiguration(env: NodeJS.ProcessEnv): OriginConfiguration {
  // An empty variable is one that is not set, as in shells and unit files.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    throw new ConfigurationError(
      parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    );
  }
  const { data } = parsed;
  const { ORIGIN_LATITUDE, ORIGIN_LONGITUDE } = data;
  return {
    originId: data.ORIGIN_ID,
    region: data.ORIGIN_REGION,
    location:
      ORIGIN_LATITUDE === undefined || ORIGIN_LONGITUDE === undefined
        ? null
        : { latitude: ORIGIN_LATITUDE, longitude: ORIGIN_LONGITUDE },
    edgeUrl: data.EDGE_URL.replace(/\/$/, ''),
    secret: data.MEDIA_SECRET,
    control: { host: data.CONTROL_HOST, port: data.CONTROL_PORT, address: data.CONTROL_ADDRESS ?? null },
    rtc: { ...endpoint(data.RTC_LISTEN_IP, data.RTC_ANNOUNCED_ADDRESS), port: data.RTC_PORT },
    pipe: {
      ...endpoint(data.PIPE_LISTEN_IP, data.PIPE_ANNOUNCED_IP),
      portRange: { min: data.PIPE_PORT_MIN, max: data.PIPE_PORT_MAX },
    },
    workers: data.MEDIA_WORKERS,
    participantsPerWorker: data.PARTICIPANTS_PER_WORKER,
    maxRooms: data.MAX_ROOMS,
    maxIncomingBitrate: data.MAX_INCOMING_BITRATE,
    drainSeconds: data.DRAIN_SECONDS,
  };
}

function endpoint(ip: string, announcedAddress: string | undefined): Endpoint {
  return announcedAddress === undefined ? { ip } : { ip, announcedAddress };
}
