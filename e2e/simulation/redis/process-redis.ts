import type { DeviceId, WorkerId } from '@dripfleet/domain';
import type { DeviceLocks, Subscriptions } from '@dripfleet/fleet';
import { type FetchedJob, type EnqueueRow, nudgeChannel, wakeChannel } from '@dripfleet/queue';
import type { SchedulerQueues } from '@dripfleet/scheduler';
import type { DeviceQueues } from '@dripfleet/worker';
import { Link, type LinkOptions } from '../processes/link.ts';
import type { SimulatedProcess } from '../processes/simulated-process.ts';
import type { SimulatedRedis } from './simulated-redis.ts';

/** A command failed, or nobody knows. */
export class RedisConnectionError extends Error {
  override readonly name = 'RedisConnectionError';
  readonly code = 'redis_unreachable';
}

/** A process' connections to Redis. */
export class ProcessRedis {
  readonly #process: SimulatedProcess;
  readonly #server: SimulatedRedis;
  readonly #weather: LinkOptions['weather'];
  readonly #link: Link;
  readonly #onFetch: (run: number) => void;

  constructor(
    options: Omit<LinkOptions, 'toError'> & {
      server: SimulatedRedis;
      /** Told of each job that Redis gave away. */
      onFetch: (run: number) => void;
    },
  ) {
    this.#onFetch = options.onFetch;
    this.#process = options.process;
    this.#server = options.server;
    this.#weather = options.weather;
    this.#link = new Link({
      ...options,
      toError: (command) => new RedisConnectionError(`${command}: no answer`),
    });
  }

  locks(worker: WorkerId, ttl: number): Pick<DeviceLocks, 'take' | 'renew' | 'release'> {
    const [server, link] = [this.#server, this.#link];
    const none: readonly DeviceId[] = [];
    return {
      take: async (devices) =>
        devices.length === 0
          ? none
          : await link.call('take-locks', () => server.takeLocks(devices, worker, ttl)),
      renew: async (devices) =>
        await link.call('renew-locks', () => server.renewLocks(devices, worker, ttl)),
      release: async (devices) => {
        if (devices.length === 0) return;
        await link.call('release-locks', () => server.releaseLocks(devices, worker));
      },
    };
  }

  workerQueues(): DeviceQueues {
    const [server, link] = [this.#server, this.#link];
    return {
      open: (device) => {
        const inHand = new Set<string>();
        const take = () => {
          const fetched = server.fetch(device);
          if (fetched?.payload) this.#onFetch(fetched.payload.sequenceContactId);
          return fetched;
        };
        const hold = (job: FetchedJob | undefined) => {
          if (job) inHand.add(job.id);
          return job;
        };
        return {
          fetch: async () => hold(await link.call('fetch', take)),
          completeAndFetch: async (id) => {
            if (!inHand.delete(id)) return hold(await link.call('fetch', take));
            return hold(
              await link.call('complete-and-fetch', () => {
                server.complete(device, id);
                return take();
              }),
            );
          },
          complete: async (id) => {
            if (!inHand.delete(id)) return false;
            return await link.call('complete', () => server.complete(device, id));
          },
          clear: async () => {
            inHand.clear();
            return await link.call('clear', () => server.clear(device));
          },
          close: () => Promise.resolve(),
        };
      },
      empty: async (device) => await link.call('empty', () => server.empty(device)),
      findWaiting: async (devices) =>
        devices.length === 0
          ? []
          : await link.call('find-waiting', () => server.findWaiting(devices)),
      nudge: (device) =>
        link.tell('nudge', () => server.publish(nudgeChannel, JSON.stringify([device]))),
    };
  }

  schedulerQueues(): SchedulerQueues {
    const [server, link] = [this.#server, this.#link];
    return {
      enqueue: async (rows) => await this.#enqueue(rows),
      reset: () => {},
      takesWrites: async () => await link.call('probe', () => !server.isFull).catch(() => false),
      findJobIds: async (devices) =>
        await link.call('find-job-ids', () => server.findJobIds(devices)),
      isSentinelSet: async () => await link.call('sentinel', () => server.isSentinelSet),
      setSentinel: async () => await link.call('set-sentinel', () => server.setSentinel()),
    };
  }

  /** Of one connection; each hears what is published on the channels that it names. */
  subscriptions(): Pick<Subscriptions, 'subscribe' | 'unsubscribe'> {
    return {
      // The connection remembers what it subscribed to, through every outage; what is published meanwhile is lost.
      subscribe: (channel, hear) => {
        this.#server.unsubscribe(channel, this.#process);
        const heard = (message: string) => {
          if (this.#weather().outage === undefined) hear(message);
        };
        this.#server.subscribe(channel, { process: this.#process, hear: heard });
      },
      unsubscribe: (channel) => this.#server.unsubscribe(channel, this.#process),
    };
  }

  announce(channel: string, devices: readonly DeviceId[]): void {
    this.#link.tell('publish', () => this.#server.publish(channel, JSON.stringify(devices)));
  }

  async #enqueue(rows: readonly EnqueueRow[]): Promise<readonly EnqueueRow[]> {
    const refused: EnqueueRow[] = [];
    const devices = [...new Set(rows.map(({ deviceId }) => deviceId))];
    await Promise.all(
      devices.map(async (device) => {
        const own = rows.filter(({ deviceId }) => deviceId === device);
        try {
          await this.#link.call('enqueue', () => this.#server.enqueue(device, own));
          await this.#link.call('wake', () => this.#server.publish(wakeChannel(device), '1'));
        } catch {
          refused.push(...own);
        }
      }),
    );
    return refused;
  }
}
