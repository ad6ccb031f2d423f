import { Socket } from 'node:net';

type Hit = Readonly<{ before: () => void; after: () => void }>;

/**
 * Sees the write that follows a gate: `expect` in the gate, and if the network's socket is written in the same tick,
 * `before` is called ahead of it and `after` in the first macrotask behind it. A gate that no write follows is forgotten.
 */
export class WriteWatch {
  #expected: Hit | undefined;

  /** `port`: the network's. */
  constructor(port: number) {
    const writeWith = (socket: Socket) => {
      const hit = this.#expected;
      if (hit === undefined || socket.remotePort !== port) return;
      this.#expected = undefined;
      hit.before();
      setImmediate(hit.after);
    };
    // oxlint-disable-next-line typescript/unbound-method -- called with its own socket below
    const { write } = Socket.prototype;
    Socket.prototype.write = function watched(this: Socket, ...args: unknown[]) {
      writeWith(this);
      return Reflect.apply(write, this, args) as boolean;
    };
  }

  expect(hit: Hit): void {
    this.#expected = hit;
    queueMicrotask(() => {
      if (this.#expected === hit) this.#expected = undefined;
    });
  }
}
