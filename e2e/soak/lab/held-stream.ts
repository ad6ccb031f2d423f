import type { Socket } from 'node:net';

type Item = Readonly<{ dueAt: number; chunk: Buffer | undefined }>;

/**
 * One direction of a connection: what `source` says reaches `target`, in order, later or not at all.
 * The end of `source` travels in line behind its bytes.
 */
export class HeldStream {
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #queue: Item[] = [];
  #timer: NodeJS.Timeout | undefined;
  #delay = 0;
  #held = false;
  #full = false;

  /** `take` sees each chunk first; it returns what of it goes on. */
  constructor(source: Socket, target: Socket, take: (chunk: Buffer) => Buffer) {
    this.#source = source;
    this.#target = target;
    source.on('data', (chunk: Buffer) => {
      const kept = take(chunk);
      if (kept.length > 0) this.#push(kept);
    });
    source.on('end', () => this.#push(undefined));
    target.on('drain', () => {
      this.#full = false;
      this.#flow();
    });
  }

  /** For chunks to come, ms. */
  set delay(delay: number) {
    this.#delay = delay;
  }

  /** Held: nothing is read any more, so the kernel keeps what arrives, and the sender feels it when that is full. */
  set held(held: boolean) {
    this.#held = held;
    this.#flow();
  }

  /** Forgets what is under way. */
  discard(): void {
    this.#queue.length = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #push(chunk: Buffer | undefined): void {
    this.#queue.push({ dueAt: performance.now() + this.#delay, chunk });
    this.#drain();
  }

  #drain(): void {
    if (this.#timer !== undefined) return;
    for (let item = this.#queue[0]; item !== undefined; item = this.#queue[0]) {
      const wait = item.dueAt - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => {
          this.#timer = undefined;
          this.#drain();
        }, wait);
        return;
      }
      this.#queue.shift();
      this.#write(item.chunk);
    }
  }

  #write(chunk: Buffer | undefined): void {
    if (this.#target.destroyed) return;
    if (chunk === undefined) {
      this.#target.end();
      return;
    }
    this.#full = !this.#target.write(chunk);
    this.#flow();
  }

  #flow(): void {
    if (this.#held || this.#full) this.#source.pause();
    else this.#source.resume();
  }
}
