import { describe, expect, it } from 'vitest';
import {
  isPublicAddress,
  lookupPublic,
  refuseLocalName,
  refusePrivateHost,
} from '../../../src/source/private-address.js';

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '101.6.6.6', '2001:4860:4860::8888', '64:ff9b::808:808', '::ffff:8.8.8.8'])(
    'takes %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
  ])('refuses %s', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('a host that is written as an address', () => {
  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://0/',
  ])('is refused: %s', (url) => expect(() => refusePrivateHost(new URL(url))).toThrow(/private address/));

  it('is let through when it is public, as names are: those are looked up', () => {
    refusePrivateHost(new URL('http://8.8.8.8/'));
    refusePrivateHost(new URL('http://localhost/'));
  });
});

it.each(['http://localhost/', 'http://localhost./', 'http://db/', 'http://a.internal/', 'http://10.0.0.1/'])(
  'a proxy is not asked for %s',
  (url) => expect(() => refuseLocalName(new URL(url))).toThrow(/private address/),
);

it('a name is refused when it stands for a private address', async () => {
  const looked = new Promise((_resolve, reject) => {
    lookupPublic('localhost', { all: true }, (error) => reject(error));
  });
  await expect(looked).rejects.toThrow(/private address/);
});
