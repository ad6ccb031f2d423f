import { type BulkJobOptions, Queue } from 'bullmq';
import type { DeviceId, SequenceContactId, StepKey } from '@dripfleet/domain';
import type { Redis } from 'ioredis';
import { noConnection, sharedBackend } from './backend.ts';
import { toJobData } from './job-payload.ts';
import { jobId, queueName, wakeChannel } from './names.ts';

/** A row that was put in the state `queued` for its device, and needs its job. */
export type EnqueueRow = Readonly<{
  sequenceContactId: SequenceContactId;
  deviceId: DeviceId;
  dispatchSeq: number;
  stepKey: StepKey;
}>;

/** Redis spends least when it touches one queue's keys at a time, some 50 calls in flight, by measurement. */
const queuesInFlight = 50;
/** The default of 10,000 events costs 480 KB a queue, 1.4 GB for 3,000; 100 cost 10 KB, measured. */
const eventsKept = 100;

const jobOptions: BulkJobOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true };

/** Puts jobs into the device queues and wakes their workers. */
export class DeviceQueueProducer {
  readonly #redis: Redis;
  readonly #backend: ReturnType<typeof sharedBackend>;
  readonly #queues = new Map<DeviceId, Queue>();

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#backend = sharedBackend(redis);
  }

  /**
   * Enqueues one job per row, in the given order within a device. Returns the rows whose job may not be there, because
   * Redis refused; they come back through reconcile, or at once when the caller returns them to idle.
   */
  async enqueue(rows: readonly EnqueueRow[]): Promise<readonly EnqueueRow[]> {
    const groups = [...groupByDevice(rows)];
    const failed: EnqueueRow[] = [];
    let next = 0;
    const work = async () => {
      for (let group = groups[next++]; group; group = groups[next++]) {
        const [device, jobs] = group;
        try {
          await this.#enqueueFor(device, jobs);
        } catch {
          failed.push(...jobs);
        }
      }
    };
    await Promise.all(Array.from({ length: queuesInFlight }, work));
    return failed;
  }

  /** Forgets what it wrote into Redis before; for after Redis was emptied. */
  reset(): void {
    this.#queues.clear();
  }

  async #enqueueFor(device: DeviceId, rows: readonly EnqueueRow[]): Promise<void> {
    const queue = this.#queueOf(device);
    const [job, ...more] = rows.map(toJob);
    if (job === undefined) return;
    // `addBulk` opens a pipeline, which copies every script that BullMQ knows: more work than a lone job is.
    if (more.length === 0) await queue.add(job.name, job.data, job.opts);
    else await queue.addBulk([job, ...more]);
    await this.#redis.publish(wakeChannel(device), String(rows.length));
  }

  #queueOf(device: DeviceId): Queue {
    let queue = this.#queues.get(device);
    if (!queue) {
      queue = new Queue(
        queueName(device),
        { ...noConnection, streams: { events: { maxLen: eventsKept } } },
        this.#backend,
      );
      queue.on('error', () => {});
      this.#queues.set(device, queue);
    }
    return queue;
  }
}

const toJob = (row: EnqueueRow) => ({
  name: 'send',
  data: toJobData(row),
  opts: { ...jobOptions, jobId: jobId(row.sequenceContactId, row.dispatchSeq) },
});

function groupByDevice(rows: readonly EnqueueRow[]): Map<DeviceId, EnqueueRow[]> {
  const groups = new Map<DeviceId, EnqueueRow[]>();
  for (const row of rows) {
    const group = groups.get(row.deviceId);
    if (group) group.push(row);
    else groups.set(row.deviceId, [row]);
  }
  return groups;
}
