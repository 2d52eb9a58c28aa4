import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { OriginConfiguration } from '../configuration.ts';
import { type Finding, failing, ok, warning } from './finding.ts';

const ABOUT = 'Address for browsers';

/** Addresses that lead nowhere from the internet (RFC 1918, 6598, 3927, 4193, 4291). */
const PRIVATE = new BlockList();
for (const [net, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
] as const) {
  PRIVATE.addSubnet(net, prefix, 'ipv4');
}
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

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
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (LOOPBACK.check(address, family)) {
    return warning(
      ABOUT,
      `Browsers are told to send to ${announced}: only those on this very machine get video.`,
      'For others, set RTC_LISTEN_IP=0.0.0.0 and RTC_ANNOUNCED_ADDRESS to the address by which they reach this machine.',
    );
  }
  if (PRIVATE.check(address, family)) {
    return warning(
      ABOUT,
      `Browsers are told to send to ${announced}, a private address: only those in the same network get video.`,
      'For others, set RTC_ANNOUNCED_ADDRESS to the public address, and let your router or cloud pass the ports on.',
    );
  }
  return ok(ABOUT, `Browsers are told to send to ${announced}, a public address.`);
}

async function resolve(address: string): Promise<string | null> {
  if (isIP(address)) return address;
  try {
    return (await lookup(address)).address;
  } catch {
    return null;
  }
}
