import type { Redis } from 'ioredis';

/** Delivers what is published on channels, over one connection of its own that subscribes again after an outage. */
export class Subscriptions {
  readonly #redis: Redis;
  readonly #handlers = new Map<string, (message: string) => void>();

  /** `redis` must be a connection for this alone: one that subscribes can do nothing else. */
  constructor(redis: Redis) {
    this.#redis = redis;
    redis.on('message', (channel: string, message: string) =>
      this.#handlers.get(channel)?.(message),
    );
  }

  /** What is published while Redis is away is lost; whoever listens must look by itself now and then. */
  subscribe(channel: string, handler: (message: string) => void): void {
    this.#handlers.set(channel, handler);
    // Refused only while disconnected, and then the reconnect subscribes to all that is remembered.
    this.#redis.subscribe(channel).catch(() => {});
  }

  unsubscribe(channel: string): void {
    this.#handlers.delete(channel);
    this.#redis.unsubscribe(channel).catch(() => {});
  }
}
