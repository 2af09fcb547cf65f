import dns from 'node:dns';
import net, { type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { SourceFailure } from '../domain/source-failure.js';

/** Names that no public server has; a proxy would resolve them in its own network. */
const localName = /^(?:[^.]+|.*\.(?:localhost|local|internal|lan|intranet|home\.arpa))$/iu;

/** False for an address of this machine or network, or of none: anything that is not of the public Internet. */
export function isPublicAddress(address: string): boolean {
  // `process` makes ::ffff:10.0.0.1 the 10.0.0.1 that it is.
  const parsed = ipaddr.process(address.replace(/%.*$/u, ''));
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast';
  const embedded = ipaddr.fromByteArray(parsed.toByteArray().slice(12)).toString();
  // NAT64: on a network without IPv4 every such server is reached this way.
  if (parsed.range() === 'rfc6052') return isPublicAddress(embedded);
  // ::/96, the old way to write an IPv4 address.
  const isCompatible = parsed.parts.slice(0, 6).every((part) => part === 0);
  return parsed.range() === 'unicast' && !isCompatible;
}

/** Throws SourceFailure when the host is written as a private address, for which no name is ever looked up. */
export function refusePrivateHost({ hostname }: URL): void {
  const host = hostname.replace(/^\[|\]$/gu, '');
  if (net.isIP(host) !== 0 && !isPublicAddress(host)) throw refusal(hostname);
}

/** The same, and for names that only a private network knows: of a host that a proxy looks up for us. */
export function refuseLocalName(url: URL): void {
  refusePrivateHost(url);
  const host = url.hostname.replace(/\.$/u, '');
  if (net.isIP(host.replace(/^\[|\]$/gu, '')) === 0 && localName.test(host)) throw refusal(url.hostname);
}

/** Looks a name up for the connection that is then made to the very address that was checked. */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '');
    const [first] = addresses;
    if (!first || addresses.some(({ address }) => !isPublicAddress(address))) return callback(refusal(hostname), '');
    if (options.all) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};

function refusal(host: string): SourceFailure {
  return new SourceFailure(`${host} is at a private address: ALLOW_PRIVATE_FEEDS=true allows that`);
}
