import type { WebSocket } from 'ws';
import { closeSocket } from './close-socket.ts';
import { ackFrame, noticeFrame, noticeKey, offlineDoneFrame } from './light-frames.ts';
import type { Link, Notice } from './link.ts';
import type { Network } from './network.ts';

interface LinkParts {
  readonly network: Network;
  readonly device: string;
  /** Whether the client says what it has taken over. */
  readonly confirms: boolean;
}

/** The network's end of one client of the light protocol. */
export class LightLink implements Link {
  readonly confirms: boolean;
  readonly #socket: WebSocket;
  readonly #network: Network;
  readonly #device: string;
  /** By notice key, the oldest first: messages to two contacts may have the same id. */
  readonly #unconfirmed = new Map<string, Notice[]>();

  constructor(socket: WebSocket, { network, device, confirms }: LinkParts) {
    this.#socket = socket;
    this.#network = network;
    this.#device = device;
    this.confirms = confirms;
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  welcome(kept: readonly Notice[]): void {
    for (const notice of kept) this.notify(notice);
    this.#socket.send(offlineDoneFrame);
  }

  ack({ id }: { readonly id: string }, error?: number): void {
    this.#socket.send(ackFrame(id, error));
  }

  notify(notice: Notice): void {
    const frame = noticeFrame(notice);
    if (this.confirms) {
      // Nobody could confirm what was not said.
      if (frame === undefined) this.#network.confirm({ device: this.#device }, notice);
      else this.#await(notice);
    }
    if (frame !== undefined) this.#socket.send(frame);
  }

  close(code: number, reason?: string): void {
    closeSocket(this.#socket, code, reason);
  }

  /** The client has the notice of this key for good. One that it was not told, or had already, changes nothing. */
  confirmed(key: string): void {
    const waiting = this.#unconfirmed.get(key);
    const notice = waiting?.shift();
    if (notice === undefined) return;
    if (waiting?.length === 0) this.#unconfirmed.delete(key);
    this.#network.confirm({ device: this.#device }, notice);
  }

  #await(notice: Notice): void {
    const key = noticeKey(notice);
    const waiting = this.#unconfirmed.get(key);
    if (waiting === undefined) this.#unconfirmed.set(key, [notice]);
    else waiting.push(notice);
  }
}
