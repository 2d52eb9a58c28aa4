const IPV4_PART = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${IPV4_PART}(?:\\.${IPV4_PART}){3}$`);
const IPV6_CHARACTERS = /^[\da-f:.]+$/i;

/**
 * The key under which an anonymous address is counted: an IPv4 address as it is, an IPv4-mapped IPv6 address as the
 * IPv4 address in it, any other IPv6 address as its /64 (one subscriber has a whole /64), e.g. `2001:db8:0:7::/64`.
 * Whatever is no address (ports, zones, names) shares the key `unknown`.
 */
export function clientAddressKey(address: string): string {
  if (IPV4.test(address)) return address;
  const groups = ipv6Groups(address);
  if (groups === null) return 'unknown';
  const [a, b, c, d, , , high = 0, low = 0] = groups;
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  }
  return `${[a, b, c, d].map((group) => group?.toString(16)).join(':')}::/64`;
}

/** The eight 16-bit groups of an IPv6 address, or null. The URL parser validates and brings every spelling to one form. */
function ipv6Groups(address: string): number[] | null {
  if (!IPV6_CHARACTERS.test(address) || !URL.canParse(`http://[${address}]/`)) return null;
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = [], tail = []] = canonical
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16))));
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
