import { once } from 'node:events';
import { WebSocket } from 'ws';

export type Frame = Record<string, unknown>;

/** A device of a test: writes frames, and waits for those that come. */
export class LightClient {
  readonly #socket: WebSocket;
  readonly #unread: Frame[] = [];
  #wake: (() => void) | undefined;
  /** The code the connection ended with. */
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => {
      this.#unread.push(JSON.parse(data.toString()) as Frame);
      this.#wake?.();
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.#wake?.();
        resolve({ code, reason: String(reason) });
      });
    });
  }

  /** What came and was not read yet. */
  get unread(): readonly Frame[] {
    return this.#unread;
  }

  send(to: string, id: string, text = `text of ${id}`): void {
    this.write(JSON.stringify({ message: { id, to, text } }));
  }

  /** Confirms what came. */
  confirm(id: string, kind: 'delivered' | 'read' | 'inbound'): void {
    this.write(JSON.stringify({ got: { id, kind } }));
  }

  write(data: string | Buffer): void {
    this.#socket.send(data);
  }

  /** The next frame, in the order they came. Throws when the connection ends first. */
  async next(): Promise<Frame> {
    for (;;) {
      const frame = this.#unread.shift();
      if (frame !== undefined) return frame;
      if (this.#socket.readyState === WebSocket.CLOSED) throw new Error('closed without a frame');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async take(count: number): Promise<Frame[]> {
    const frames: Frame[] = [];
    while (frames.length < count) frames.push(await this.next());
    return frames;
  }

  /** Says goodbye and does not wait. */
  leave(code = 1000): void {
    this.#socket.close(code);
  }

  cut(): void {
    this.#socket.terminate();
  }

  /** Stops reading, as a process under SIGSTOP does. */
  freeze(): void {
    this.#socket.pause();
  }
}

/** Opens a connection; throws with the HTTP status when it is refused. `query` is added to its address. */
export async function openClient(port: number, device: string, query = ''): Promise<LightClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/light?device=${device}${query}`);
  const client = new LightClient(socket);
  await once(socket, 'open');
  return client;
}

/** Connects and reads what was kept, up to `offline_done`. */
export async function connect(
  port: number,
  device: string,
  query = '',
): Promise<{ client: LightClient; kept: Frame[] }> {
  const client = await openClient(port, device, query);
  const kept: Frame[] = [];
  for (;;) {
    const frame = await client.next();
    if (frame['offline_done'] === true) return { client, kept };
    kept.push(frame);
  }
}
