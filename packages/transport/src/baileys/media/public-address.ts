import { BlockList, isIP } from 'node:net';

/**
 * Whether an address is one of the open internet: not of this machine, its network, or a cloud's metadata service.
 * Anybody who may write a sequence could otherwise read what only this process can reach.
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, 'ipv4');
    case 6:
      // All others are local, or carry an IPv4 address inside.
      return global.check(address, 'ipv6') && !special.check(address, 'ipv6');
    default:
      return false;
  }
}

const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');

/** The special-purpose registries of IANA (RFC 6890), without what is globally reachable. */
const special = new BlockList();
const ipv4 = `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
  192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4`;
/** Teredo and 6to4 carry an IPv4 address; the last is for documents. */
const ipv6 = '2001::/23 2002::/16 2001:db8::/32';
for (const subnet of ipv4.split(/\s+/)) add(subnet, 'ipv4');
for (const subnet of ipv6.split(/\s+/)) add(subnet, 'ipv6');

function add(subnet: string, family: 'ipv4' | 'ipv6'): void {
  const [network = '', prefix] = subnet.split('/');
  special.addSubnet(network, Number(prefix), family);
}
