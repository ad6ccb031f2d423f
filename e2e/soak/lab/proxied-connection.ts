import type { Socket } from 'node:net';

import { HeldStream } from './held-stream.ts';
import type { ProxyMode } from './proxy-mode.ts';

/**
 * How long a connection that was held is listened to before it flows again, ms: one whose client hung up meanwhile
 * ends without delivering what that client had said, as when the network comes back after the kernel gave up. Data
 * of minutes ago would otherwise arrive from a process that has long counted it as lost.
 */
export const settleTime = 100;

/** One client's connection and ours to the server, joined as the mode says. */
export class ProxiedConnection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #toServer: HeldStream;
  readonly #toClient: HeldStream;
  #mode: ProxyMode = { kind: 'pass' };
  /** Left of the mode's bytes or requests. */
  #left = 0;
  #settling = false;

  constructor(client: Socket, server: Socket, onClosed: () => void) {
    this.#client = client;
    this.#server = server;
    this.#toServer = new HeldStream(client, server, (chunk) => this.#takeRequest(chunk));
    this.#toClient = new HeldStream(server, client, (chunk) => this.#takeReply(chunk));
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      // A reset on one side is a reset on the other.
      socket.on('error', () => this.reset());
    }
    client.on('end', () => {
      if (this.#settling) this.reset();
    });
    client.on('close', () => {
      if (this.#settling) this.#toServer.discard();
      server.end();
      if (server.destroyed) onClosed();
    });
    server.on('close', () => {
      client.end();
      if (client.destroyed) onClosed();
    });
  }

  set mode(mode: ProxyMode) {
    const wasHeld = isHeld(this.#mode);
    this.#mode = mode;
    this.#left =
      mode.kind === 'cut_after' ? mode.bytes : mode.kind === 'drop_reply' ? mode.requests : 0;
    if (mode.kind === 'refuse') {
      this.reset();
      return;
    }
    const delay = mode.kind === 'delay' ? mode.ms : 0;
    if (wasHeld && !isHeld(mode)) this.#settle(delay);
    else this.#delay(delay);
    const silent = mode.kind === 'half_open' ? mode.silent : undefined;
    const all = mode.kind === 'black_hole';
    this.#toServer.held = all || silent === 'to_server';
    this.#toClient.held = all || silent === 'to_client';
  }

  /** Ends both sides at once, with RST where the system can. */
  reset(): void {
    this.#toServer.discard();
    this.#toClient.discard();
    for (const socket of [this.#client, this.#server]) {
      // The system refuses to reset what was shut down, and Node then keeps a handle that never closes: it can't exit.
      if (socket.writableEnded) socket.destroy();
      else if (!socket.destroyed) socket.resetAndDestroy();
    }
  }

  #settle(delay: number): void {
    this.#settling = true;
    this.#delay(settleTime);
    setTimeout(() => {
      this.#settling = false;
      this.#delay(delay);
    }, settleTime).unref();
  }

  #delay(delay: number): void {
    this.#toServer.delay = delay;
    this.#toClient.delay = delay;
  }

  #takeRequest(chunk: Buffer): Buffer {
    if (this.#mode.kind === 'drop_reply') this.#left -= 1;
    return this.#mode.kind === 'cut_after' ? this.#cut(chunk) : chunk;
  }

  #takeReply(chunk: Buffer): Buffer {
    if (this.#mode.kind === 'cut_after') return this.#cut(chunk);
    if (this.#mode.kind !== 'drop_reply' || this.#left >= 0) return chunk;
    this.reset();
    return chunk.subarray(0, 0);
  }

  /** What the count of bytes lets through; then the connection ends, once that is written. */
  #cut(chunk: Buffer): Buffer {
    const kept = chunk.subarray(0, this.#left);
    this.#left -= kept.length;
    if (this.#left === 0) setImmediate(() => this.reset());
    return kept;
  }
}

export function isHeld({ kind }: ProxyMode): boolean {
  return kind === 'black_hole' || kind === 'half_open';
}
