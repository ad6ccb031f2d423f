import type { NotSentReason } from '@dripfleet/domain';
import type { Gate } from '../session.ts';

/** The raw connection under Baileys, as far as it is needed. */
export type RawSocket = {
  readonly readyState: number;
  readonly OPEN: number;
  send(data: unknown, sent?: (error?: Error) => void): void;
  close(code?: number): void;
  terminate(): void;
  once(event: 'close', listener: (code: number) => void): unknown;
};

/** The message that a session is sending. */
export type MessageInHand = {
  readonly gate: Gate;
  /** The digits of its address. */
  readonly recipient: string;
  /** It was encrypted: from now on any frame may be it, for what is in a frame can't be seen. */
  sealed: boolean;
  /** It was encrypted for a phone of the recipient, not for our own alone. */
  addressed: boolean;
  /** Baileys is done with it: frames from now on are others. */
  handedOver: boolean;
  /** A frame left after it was sealed. */
  mayHaveLeft: boolean;
  /** Why it was kept from leaving. */
  refused: NotSentReason | undefined;
  /** Called when `mayHaveLeft` becomes true. */
  onLeft(): void;
};

/** How long a peer may take to answer a close before the connection is cut, ms. */
const closeGrace = 2_000;

/**
 * The only way out of a session: every frame passes here, in the tick of its write. What the gate refuses is not
 * written, and then the connection is over: the cipher has counted the frame, so the peer could read none after it.
 */
export class FrameGate {
  readonly #socket: RawSocket;
  readonly #gate: Gate;
  #message: MessageInHand | undefined;
  #cut = false;

  constructor(socket: RawSocket, gate: Gate) {
    this.#socket = socket;
    this.#gate = gate;
    const write = socket.send.bind(socket);
    socket.send = (data, sent) => {
      if (this.#mayLeave()) write(data, sent);
      // As if it were sent: an error would be thrown in places of Baileys where nobody catches it.
      else sent?.();
    };
    const close = socket.close.bind(socket);
    socket.close = (code) => {
      close(code);
      setTimeout(() => socket.terminate(), closeGrace).unref();
    };
  }

  /** From now until it is released a message's own gate is asked as well. */
  hold(message: MessageInHand): void {
    this.#message = message;
  }

  release(message: MessageInHand): void {
    if (this.#message === message) this.#message = undefined;
  }

  get inHand(): MessageInHand | undefined {
    return this.#message;
  }

  /** Ends the connection in this tick. Nothing leaves any more. */
  cut(): void {
    this.#cut = true;
    this.#socket.terminate();
  }

  #mayLeave(): boolean {
    if (this.#cut) return false;
    const message = this.#message?.sealed && !this.#message.handedOver ? this.#message : undefined;
    const refusal = this.#gate() ?? message?.gate();
    if (refusal !== undefined) {
      if (this.#message) this.#message.refused ??= refusal;
      this.cut();
      return false;
    }
    if (message && !message.mayHaveLeft && this.#socket.readyState === this.#socket.OPEN) {
      message.mayHaveLeft = true;
      message.onLeft();
    }
    return true;
  }
}
