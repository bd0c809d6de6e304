import assert from 'node:assert/strict';
import { networkOf } from '../../../src/gateway/network-of.ts';

describe('the network that an address counts for', () => {
  const CASES = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:DB8:0:0:9:8:7:6', '2001:db8:0:0::/64'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
    ['1::8', '1:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ] as const;
  for (const [address, network] of CASES) {
    it(`of "${address}" is "${network}"`, () => assert.equal(networkOf(address), network));
  }
});
