import type { DeviceId, WorkerId } from '@dripfleet/domain';
import { type ClearedRow, type FetchedJob, jobId, type EnqueueRow } from '@dripfleet/queue';
import type { Random } from '../time/random.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { SimulatedProcess } from '../processes/simulated-process.ts';

/** What a device's queue holds. A job id may come twice only because a fault put it there. */
type Queue = { waiting: Job[]; active: Job[] };
type Job = Readonly<{ id: string; row: EnqueueRow }>;
type Listener = Readonly<{ process: SimulatedProcess; hear: (message: string) => void }>;

/** A write was refused because the memory is used up. */
export class RedisFullError extends Error {
  override readonly name = 'RedisFullError';
  readonly code = 'redis_full';
}

/**
 * Redis as the fleet uses it: the locks of the devices, their queues, the sentinel, and channels that nobody guarantees.
 * Each method is one atomic script. What it holds may be lost, repeated or brought back by a fault at any time.
 */
export class SimulatedRedis {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #locks = new Map<DeviceId, { holder: WorkerId; until: number }>();
  readonly #queues = new Map<DeviceId, Queue>();
  readonly #listeners = new Map<string, Set<Listener>>();
  /** Jobs of before, for a failover that brings one back. */
  #past: Job[] = [];
  #sentinel = false;
  isFull = false;
  /** How often a publication is lost. */
  publicationLoss = 0;

  constructor({ time, random }: { time: VirtualTime; random: Random }) {
    this.#time = time;
    this.#random = random;
  }

  takeLocks(devices: readonly DeviceId[], holder: WorkerId, ttl: number): readonly DeviceId[] {
    this.#mustTakeWrites();
    const free = devices.filter((device) => {
      const lock = this.#lockOf(device);
      return !lock || lock.holder === holder;
    });
    for (const device of free) this.#locks.set(device, { holder, until: this.#time.now + ttl });
    return free;
  }

  /** Those that another holds. Works when Redis is full as long as the locks are there. */
  renewLocks(devices: readonly DeviceId[], holder: WorkerId, ttl: number): readonly DeviceId[] {
    return devices.filter((device) => {
      const lock = this.#lockOf(device);
      if (lock && lock.holder !== holder) return true;
      if (!lock) this.#mustTakeWrites();
      this.#locks.set(device, { holder, until: this.#time.now + ttl });
      return false;
    });
  }

  releaseLocks(devices: readonly DeviceId[], holder: WorkerId): void {
    for (const device of devices) {
      if (this.#lockOf(device)?.holder === holder) this.#locks.delete(device);
    }
  }

  /** A job whose id is there already is not added again. */
  enqueue(device: DeviceId, rows: readonly EnqueueRow[]): void {
    this.#mustTakeWrites();
    const queue = this.#queueOf(device);
    for (const row of rows) {
      const job = { id: jobId(row.sequenceContactId, row.dispatchSeq), row };
      if ([...queue.waiting, ...queue.active].some(({ id }) => id === job.id)) continue;
      queue.waiting.push(job);
      this.#past.push(job);
    }
  }

  fetch(device: DeviceId): FetchedJob | undefined {
    this.#mustTakeWrites();
    const queue = this.#queueOf(device);
    const job = queue.waiting.shift();
    if (!job) return undefined;
    queue.active.push(job);
    const { sequenceContactId, dispatchSeq, stepKey } = job.row;
    return { id: job.id, payload: { sequenceContactId, dispatchSeq, stepKey } };
  }

  complete(device: DeviceId, id: string): boolean {
    const queue = this.#queueOf(device);
    const place = queue.active.findIndex((job) => job.id === id);
    if (place >= 0) queue.active.splice(place, 1);
    return place >= 0;
  }

  clear(device: DeviceId): readonly ClearedRow[] {
    const queue = this.#queueOf(device);
    const cleared = queue.active.map(({ row: { sequenceContactId, dispatchSeq } }) => ({
      sequenceContactId,
      deviceId: device,
      dispatchSeq,
    }));
    queue.active = [];
    return cleared;
  }

  empty(device: DeviceId): void {
    this.#queueOf(device).waiting = [];
  }

  findWaiting(devices: readonly DeviceId[]): readonly DeviceId[] {
    return devices.filter((device) => this.#queueOf(device).waiting.length > 0);
  }

  findJobIds(devices: readonly DeviceId[]): ReadonlySet<string> {
    const queues = devices.map((device) => this.#queueOf(device));
    return new Set(
      queues.flatMap(({ waiting, active }) => [...waiting, ...active].map(({ id }) => id)),
    );
  }

  get isSentinelSet(): boolean {
    return this.#sentinel;
  }

  setSentinel(): void {
    this.#mustTakeWrites();
    this.#sentinel = true;
  }

  subscribe(channel: string, listener: Listener): void {
    this.#listeners.set(channel, (this.#listeners.get(channel) ?? new Set()).add(listener));
  }

  unsubscribe(channel: string, process: SimulatedProcess): void {
    for (const listener of this.#listeners.get(channel) ?? []) {
      if (listener.process === process) this.#listeners.get(channel)?.delete(listener);
    }
  }

  /** Heard a moment later by whoever listens then; by each or not. */
  publish(channel: string, message: string): void {
    for (const listener of this.#listeners.get(channel) ?? []) {
      if (this.#random.chance(this.publicationLoss)) continue;
      this.#time.after(this.#random.between(0.1, 3), () =>
        listener.process.call(() => {
          if (this.#listeners.get(channel)?.has(listener)) listener.hear(message);
        }),
      );
    }
  }

  /** Restarted without its data. */
  loseEverything(): void {
    this.#locks.clear();
    this.#queues.clear();
    this.#sentinel = false;
  }

  /** Its clock was set: all locks have run out. */
  expireLocks(): void {
    this.#locks.clear();
  }

  repeatJob(): boolean {
    return this.#bring((queue) => [...queue.waiting, ...queue.active]);
  }

  /** A failover to a replica that lagged behind: a job that was done is there again. */
  bringBackJob(): boolean {
    return this.#bring(() => this.#past);
  }

  loseJob(): boolean {
    const queues = [...this.#queues.values()].filter(
      ({ waiting, active }) => waiting.length + active.length > 0,
    );
    if (queues.length === 0) return false;
    const queue = this.#random.pick(queues);
    const lists = [queue.waiting, queue.active].filter((list) => list.length > 0);
    const list = this.#random.pick(lists);
    list.splice(this.#random.integer(0, list.length - 1), 1);
    return true;
  }

  #bring(jobsOf: (queue: Queue) => readonly Job[]): boolean {
    const jobs = [...this.#queues.values(), { waiting: [], active: [] }].flatMap(jobsOf);
    if (jobs.length === 0) return false;
    const job = this.#random.pick(jobs);
    this.#queueOf(job.row.deviceId).waiting.push(job);
    return true;
  }

  #lockOf(device: DeviceId) {
    const lock = this.#locks.get(device);
    return lock && lock.until > this.#time.now ? lock : undefined;
  }

  #queueOf(device: DeviceId): Queue {
    const queue = this.#queues.get(device) ?? { waiting: [], active: [] };
    this.#queues.set(device, queue);
    return queue;
  }

  #mustTakeWrites(): void {
    if (this.isFull) throw new RedisFullError('OOM command not allowed');
  }
}
