import type { ProxyMode } from './proxy-mode.ts';
import { TcpProxy } from './tcp-proxy.ts';

export type LinkName = 'postgres' | 'redis' | 'network';

/** The ways of one process to what it needs, each of its own. A scheduler does not use `network`. */
export type Links = Readonly<Record<LinkName, TcpProxy>>;

export async function openLinks(port: (name: LinkName) => number): Promise<Links> {
  const [postgres, redis, network] = await Promise.all([
    TcpProxy.open(() => port('postgres')),
    TcpProxy.open(() => port('redis')),
    TcpProxy.open(() => port('network')),
  ]);
  return { postgres, redis, network };
}

export async function closeLinks(links: Links): Promise<void> {
  await Promise.all(Object.values(links).map(async (link: TcpProxy) => await link.close()));
}

export function setMode(links: readonly Links[], name: LinkName, mode: ProxyMode): void {
  for (const each of links) each[name].mode = mode;
}
