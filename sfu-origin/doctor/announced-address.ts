import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { OriginConfiguration } from '../configuration.ts';
import { isLoopback, isPrivate } from './addresses.ts';
import { type Finding, failing, ok, warning } from './finding.ts';

const ABOUT = 'Address for browsers';

/** Who can send to the address that browsers are told. */
export async function checkAnnouncedAddress({ rtc }: Pick<OriginConfiguration, 'rtc'>): Promise<Finding> {
  const announced = rtc.announcedAddress ?? rtc.ip;
  const address = await resolve(announced);
  if (address === null) {
    return failing(
      ABOUT,
      `Browsers are told to send to ${announced}, a name that does not resolve.`,
      'Correct RTC_ANNOUNCED_ADDRESS, or the DNS record.',
    );
  }
  if (isLoopback(address)) {
    return warning(
      ABOUT,
      `Browsers are told to send to ${announced}: only those on this very machine get video.`,
      'For others, set RTC_LISTEN_IP=0.0.0.0 and RTC_ANNOUNCED_ADDRESS to the address by which they reach this machine.',
    );
  }
  if (isPrivate(address)) {
    return warning(
      ABOUT,
      `Browsers are told to send to ${announced}, a private address: only those in the same network get video.`,
      'For others, set RTC_ANNOUNCED_ADDRESS to the public address, and let your router or cloud pass the ports on.',
    );
  }
  return ok(ABOUT, `Browsers are told to send to ${announced}, a public address.`);
}

/** Whether other origins, where there are any, can send to this one. Who is far from a show's host watches through a pipe between two. */
export function checkPipeAddress({ rtc, pipe }: Pick<OriginConfiguration, 'rtc' | 'pipe'>): Finding {
  const about = 'Address for origins';
  const announced = pipe.announcedAddress ?? pipe.ip;
  const { min, max } = pipe.portRange;
  const found = `Other origins are told to send to ${announced}, UDP ports ${min} to ${max}.`;
  // Where browsers come only from here, so do origins.
  if (isLoopback(announced) && !isLoopback(rtc.announcedAddress ?? rtc.ip)) {
    return warning(
      about,
      `${found} Only those on this very machine can.`,
      'With origins elsewhere, set PIPE_LISTEN_IP=0.0.0.0 and PIPE_ANNOUNCED_IP to the IP address by which they reach this machine.',
    );
  }
  return ok(about, found);
}

async function resolve(address: string): Promise<string | null> {
  if (isIP(address)) return address;
  try {
    return (await lookup(address)).address;
  } catch {
    return null;
  }
}
