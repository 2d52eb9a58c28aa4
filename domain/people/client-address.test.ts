import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientAddressKey } from './client-address.ts';

describe('clientAddressKey', () => {
  it('keeps every IPv4 address, and finds it in its IPv6-mapped forms', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(clientAddressKey(address)).toBe(address);
        expect(clientAddressKey(`::ffff:${address}`)).toBe(address);
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const hex = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
        expect(clientAddressKey(`0:0:0:0:0:FFFF:${hex}`)).toBe(address);
      }),
    );
  });

  it('gives one key to a whole /64, however an address in it is spelled, and another to its neighbour', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const four = fc.tuple(group, group, group, group);
    // 0:0:0:0 holds the IPv4-mapped addresses.
    const prefix = four.filter((groups) => groups.some((value) => value !== 0));
    fc.assert(
      fc.property(prefix, four, four, (network, host, otherHost) => {
        const spell = (groups: number[], digits: number) =>
          groups.map((value) => value.toString(16).padStart(digits, '0')).join(':');
        const key = `${spell(network, 1)}::/64`;
        expect(clientAddressKey(`${spell(network, 1)}:${spell(host, 1)}`)).toBe(key);
        expect(clientAddressKey(`${spell(network, 4)}:${spell(otherHost, 4)}`.toUpperCase())).toBe(key);
        const [a, b, c, d] = network;
        expect(clientAddressKey(`${spell([a, b, c, d ^ 1], 1)}:${spell(host, 1)}`)).not.toBe(key);
      }),
    );
  });

  it.each([
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['2001:db8:0:7::9', '2001:db8:0:7::/64'],
    ['1::8', '1:0:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ])('reads %s', (address, key) => {
    expect(clientAddressKey(address)).toBe(key);
  });

  it.each([
    '',
    'unknown',
    'localhost',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4:80',
    '1.2.3.4, 5.6.7.8',
    ':::',
    '1::2::3',
    '12345::',
    'fe80::1%eth0',
    '[::1]',
    '::1]/evil#[',
    'gggg::1',
    '::ffff:1.2.3.999',
  ])('counts %j as unknown', (address) => {
    expect(clientAddressKey(address)).toBe('unknown');
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV6()), (address) => clientAddressKey(address) !== ''));
  });
});
