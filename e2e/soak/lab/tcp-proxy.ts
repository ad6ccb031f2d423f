import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

import { isHeld, ProxiedConnection } from './proxied-connection.ts';
import type { ProxyMode } from './proxy-mode.ts';

/** A link to a server on this machine that can be broken in the ways of `ProxyMode`. One port for one user of it. */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #targetPort: () => number;
  readonly #connections = new Set<ProxiedConnection>();
  /** Accepted by the kernel while the link was silent: nobody answers them. */
  readonly #unanswered = new Set<Socket>();
  #mode: ProxyMode = { kind: 'pass' };

  private constructor(server: Server, targetPort: () => number) {
    this.#server = server;
    this.#targetPort = targetPort;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (client) => this.#accept(client));
  }

  /** Listens on a free loopback port. `targetPort` is asked at each connection: a restarted server may have another. */
  static async open(targetPort: () => number): Promise<TcpProxy> {
    // A half-closed side stays half-closed: the other one may still have something to say.
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, targetPort);
  }

  get mode(): ProxyMode {
    return this.#mode;
  }

  /** Strikes the connections there are, and those to come, until another mode is set. */
  set mode(mode: ProxyMode) {
    this.#mode = mode;
    for (const connection of this.#connections) connection.mode = mode;
    // Their callers try again. Let through now, one that its caller gave up long ago would still reach the server.
    if (!isHeld(mode)) for (const client of this.#unanswered) client.resetAndDestroy();
  }

  /** Ends everything. Resolves when the port is free. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const connection of this.#connections) connection.reset();
    for (const client of this.#unanswered) client.destroy();
    await closed;
  }

  #accept(client: Socket): void {
    if (this.#mode.kind === 'refuse') client.resetAndDestroy();
    else if (isHeld(this.#mode)) this.#leaveUnanswered(client);
    else this.#join(client);
  }

  #leaveUnanswered(client: Socket): void {
    this.#unanswered.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => this.#unanswered.delete(client));
  }

  #join(client: Socket): void {
    const server = connect({ port: this.#targetPort(), host: '127.0.0.1', allowHalfOpen: true });
    const connection = new ProxiedConnection(client, server, () =>
      this.#connections.delete(connection),
    );
    this.#connections.add(connection);
    connection.mode = this.#mode;
  }
}
