import { resolve } from 'node:path';
import { type Keyring, openKeyring } from '@dripfleet/credentials';
import { type DeviceId, type DurationMs, durationMs, type PacingPolicy } from '@dripfleet/domain';
import { announceChange, openRedis } from '@dripfleet/fleet';
import { ConfigError, parseConfig } from '@dripfleet/runtime';
import { type Database, openDatabase } from '@dripfleet/store';
import { type Endpoints, readEndpoints } from './endpoints.ts';

type Redis = ReturnType<typeof openRedis>;

/** The servers, each opened when a command first asks for it. */
export class Connections {
  readonly #given: NodeJS.ProcessEnv;
  readonly #folder: string;
  #endpoints: Endpoints | undefined;
  #database: Database | undefined;
  #redis: Redis | undefined;

  /** The environment wins over what `npm start` left in `folder`. */
  constructor(env: NodeJS.ProcessEnv, folder: string) {
    this.#given = env;
    this.#folder = folder;
  }

  /** What `npm start` left, when it is used. Throws `CommandError` when that is damaged. */
  get endpoints(): Endpoints | undefined {
    if (this.#given['DATABASE_URL'] && this.#given['REDIS_URL']) return undefined;
    this.#endpoints ??= readEndpoints(this.#folder);
    return this.#endpoints;
  }

  get #env(): NodeJS.ProcessEnv {
    return {
      ...this.#given,
      DATABASE_URL: this.#given['DATABASE_URL'] || this.endpoints?.databaseUrl,
      REDIS_URL: this.#given['REDIS_URL'] || this.endpoints?.redisUrl,
    };
  }

  /** Where the keys of the devices' credentials are; undefined when nobody said so. */
  get keyFile(): string | undefined {
    const given = this.#given['CREDENTIALS_KEY_FILE'];
    return given ? resolve(this.#folder, given) : this.endpoints?.credentialsKeyFile;
  }

  /** Throws `ConfigError` when no key file is known, `KeyFileError` when it can't be used. */
  async keyring(): Promise<Keyring> {
    const { keyFile } = this;
    if (keyFile === undefined)
      throw new ConfigError(
        'CREDENTIALS_KEY_FILE: is not set (the keys of the devices’ credentials)\n' +
          'Set it to the file that the workers use; to make one: dripfleet credentials new-key FILE',
      );
    return await openKeyring(keyFile);
  }

  /** Throws `ConfigError` when no URL is known or it is none. */
  url(name: 'DATABASE_URL' | 'REDIS_URL'): string {
    try {
      return parseConfig(this.#env, [name])[name];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new ConfigError(
        `${error.message}\nSet it, or run this in the folder where \`npm start\` runs.`,
      );
    }
  }

  database(): Database {
    this.#database ??= openDatabase({
      url: this.url('DATABASE_URL'),
      applicationName: 'dripfleet cli',
      lockTimeout: 10_000,
      statementTimeout: 60_000,
    });
    return this.#database;
  }

  redis(): Redis {
    this.#redis ??= openRedis(this.url('REDIS_URL'), {
      connectionName: 'dripfleet cli',
      use: 'fail_fast',
    });
    return this.#redis;
  }

  /** Host and port of Postgres, for messages; no credentials. */
  databaseAddress(): string {
    const url = this.#env['DATABASE_URL'] ?? '';
    return URL.canParse(url) ? new URL(url).host || 'localhost' : 'DATABASE_URL';
  }

  /** Whether the URL of Postgres names a password; it may also come from elsewhere, or none may be needed. */
  get hasPassword(): boolean {
    const url = this.#env['DATABASE_URL'] ?? '';
    return URL.canParse(url) && new URL(url).password !== '';
  }

  /** The environment's policy, which this shell may see otherwise than the workers do. Throws `ConfigError`. */
  policy(): Readonly<{ steal: DurationMs; defaults: PacingPolicy }> {
    const config = parseConfig(this.#env, [
      'STEAL_AFTER',
      'MAX_MESSAGES_PER_HOUR',
      'MIN_GAP',
      'MAX_GAP',
    ]);
    return {
      steal: config.STEAL_AFTER,
      defaults: {
        caps: [{ max: config.MAX_MESSAGES_PER_HOUR, window: durationMs(3_600_000) }],
        gap: { min: config.MIN_GAP, max: config.MAX_GAP },
      },
    };
  }

  /** Tells the workers that devices changed. Rejects when Redis is out of reach. */
  async announce(devices: readonly DeviceId[]): Promise<void> {
    await announceChange(this.redis(), devices);
  }

  /** Tells the schedulers that rows of devices may be due. Rejects when Redis is out of reach. */
  async nudge(devices: readonly DeviceId[]): Promise<void> {
    const { nudge } = await openQueues();
    await nudge(this.redis(), devices);
  }

  async emptyQueues(devices: readonly DeviceId[]): Promise<void> {
    const { emptyQueue } = await openQueues();
    for (const device of devices) await emptyQueue(this.redis(), device);
  }

  async close(): Promise<void> {
    this.#redis?.disconnect();
    await this.#database?.close();
  }
}

/** Only when asked for: BullMQ is a quarter of the time that a command takes to start, and `pause` must take hold at once. */
const openQueues = async () => await import('@dripfleet/queue');
