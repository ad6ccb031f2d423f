import { startEmbedded } from '@dripfleet/embedded';
import { Redis } from 'ioredis';

import type { ServerOptions } from './server-options.ts';

type Embedded = Awaited<ReturnType<typeof startEmbedded>>;

/** A Redis that can be killed, and started again with nothing in it. Its password stays, its port does not. */
export class RedisServer {
  readonly #options: ServerOptions;
  readonly #password: string;
  #embedded: Embedded | undefined;
  #port: number;

  private constructor(embedded: Embedded, options: ServerOptions) {
    const { password, port } = new URL(embedded.redisUrl);
    this.#options = options;
    this.#embedded = embedded;
    this.#password = password;
    this.#port = Number(port);
  }

  static async open(options: ServerOptions): Promise<RedisServer> {
    return new RedisServer(await start(options), options);
  }

  get port(): number {
    return this.#port;
  }

  get cacheFolder(): string {
    return this.#embedded?.cacheFolder ?? '';
  }

  get how(): string {
    return this.#embedded?.how.redis ?? 'stopped';
  }

  /** For a client that reaches it on another port. */
  urlAt(port: number): string {
    return `redis://:${this.#password}@127.0.0.1:${port}`;
  }

  /** SIGKILL: what it held is gone. */
  async stop(): Promise<void> {
    await this.#embedded?.stop();
    this.#embedded = undefined;
  }

  /** Starts an empty one. */
  async start(): Promise<void> {
    const embedded = await start(this.#options);
    this.#embedded = embedded;
    const redis = new Redis(embedded.redisUrl);
    try {
      await redis.config('SET', 'requirepass', this.#password);
    } finally {
      redis.disconnect();
    }
    this.#port = Number(new URL(embedded.redisUrl).port);
  }
}

async function start({ env, say, onFailure }: ServerOptions): Promise<Embedded> {
  return await startEmbedded({ postgres: false, env, onProgress: say, onFailure });
}
