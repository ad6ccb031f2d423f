import type { Redis } from 'ioredis';

/**
 * Delivers what is published on channels, over one connection of its own that subscribes again after an outage.
 *
 * Each time the connection is ready, to all of them, and never before: ioredis lets a SUBSCRIBE through while it still looks
 * whether Redis is ready, and forgets it when that look is refused to a connection that subscribes (a third of them on a busy
 * machine, measured).
 */
export class Subscriptions {
  readonly #redis: Redis;
  readonly #handlers = new Map<string, (message: string) => void>();

  /** `redis` must be a connection for this alone: one that subscribes can do nothing else. */
  constructor(redis: Redis) {
    this.#redis = redis;
    redis.on('message', (channel: string, message: string) =>
      this.#handlers.get(channel)?.(message),
    );
    redis.on('ready', () => this.#ask([...this.#handlers.keys()]));
  }

  /** What is published while Redis is away is lost; whoever listens must look by itself now and then. */
  subscribe(channel: string, handler: (message: string) => void): void {
    this.#handlers.set(channel, handler);
    if (this.#redis.status === 'ready') this.#ask([channel]);
  }

  unsubscribe(channel: string): void {
    this.#handlers.delete(channel);
    this.#redis.unsubscribe(channel).catch(() => {});
  }

  /** Refused only by a connection that breaks; the next one asks for all. */
  #ask(channels: readonly string[]): void {
    if (channels.length > 0) this.#redis.subscribe(...channels).catch(() => {});
  }
}
