import { Job, Worker } from 'bullmq';
import type { DeviceId, SequenceContactId } from '@dripfleet/domain';
import type { Redis } from 'ioredis';
import { noConnection, sharedBackend } from './backend.ts';
import { type JobPayload, parseJobData } from './job-payload.ts';
import { parseJobId, queueName } from './names.ts';
import { clearActive, defineQueueScripts } from './scripts.ts';

/** A job in hand. A payload that is not ours is undefined: complete the job and forget it. */
export type FetchedJob = Readonly<{ id: string; payload: JobPayload | undefined }>;

/** The dispatch that a removed job stood for. */
export type ClearedRow = Readonly<{
  sequenceContactId: SequenceContactId;
  deviceId: DeviceId;
  dispatchSeq: number;
}>;

/** What a device worker does with its queue. All of it throws when Redis does not answer. */
export type DeviceQueue = Readonly<{
  /** Takes the next job, if there is one; never waits for one. */
  fetch(): Promise<FetchedJob | undefined>;
  /** Removes a fetched job. False when Redis had forgotten it, which is no harm. */
  complete(id: string): Promise<boolean>;
  /** Both in one round trip and one script: for whoever may go on at once. */
  completeAndFetch(id: string): Promise<FetchedJob | undefined>;
  /** Removes what an earlier owner, or a fetch whose answer was lost, left in hand. Returns the rows it stood for. */
  clear(): Promise<readonly ClearedRow[]>;
  close(): Promise<void>;
}>;

/** Longer than any job is held (2 min), so that nobody has to renew: docs/decisions/0003. */
const lockDuration = 15 * 60_000;

/**
 * BullMQ's codes for a job or lock that is not there (any more): Redis was emptied, or another owner cleared it.
 * -1 job missing, -2 lock missing, -3 not active, -6 lock of another.
 */
const harmlessCodes: ReadonlySet<unknown> = new Set([-1, -2, -3, -6]);

/** Opens device queues over one shared connection, without a blocking connection, renewal or stalled checker. */
export class DeviceQueueConsumer {
  readonly #redis: Redis;
  readonly #backend: ReturnType<typeof sharedBackend>;

  constructor(redis: Redis) {
    defineQueueScripts(redis);
    this.#redis = redis;
    this.#backend = sharedBackend(redis);
  }

  /** `token` names the holder of the jobs: `<worker>:<epoch>`. */
  open(device: DeviceId, token: string): DeviceQueue {
    const worker = new Worker(
      queueName(device),
      null,
      {
        ...noConnection,
        autorun: false,
        lockDuration,
        skipStalledCheck: true,
        skipLockRenewal: true,
      },
      this.#backend,
    );
    worker.on('error', () => {});
    const inHand = new Map<string, Job>();
    const take = (job: Job | undefined): FetchedJob | undefined => {
      if (job?.id === undefined) return undefined;
      inHand.set(job.id, job);
      return { id: job.id, payload: parseJobData(job.data) };
    };
    const drop = (id: string): Job | undefined => {
      const job = inHand.get(id);
      inHand.delete(id);
      return job;
    };
    const fetch = async () => take(await worker.getNextJob(token, { block: false }));
    return {
      fetch,
      complete: async (id) => {
        const job = drop(id);
        return job !== undefined && (await completeJob(job, { token })).isCompleted;
      },
      completeAndFetch: async (id) => {
        const job = drop(id);
        const completed = job && (await completeJob(job, { token, fetchNext: true }));
        if (!completed?.isCompleted) return await fetch();
        const [data, nextId] = completed.next;
        return data ? take(Job.fromJSON(worker, data, nextId)) : undefined;
      },
      clear: async () => {
        inHand.clear();
        const ids = await clearActive(this.#redis, device);
        return ids
          .flatMap((id) => parseJobId(id) ?? [])
          .map((row) => ({ ...row, deviceId: device }));
      },
      close: () => worker.close(true),
    };
  }
}

/** What BullMQ answers of the next job: its hash as an object, and its id. */
type NextJob = readonly [data?: Parameters<typeof Job.fromJSON>[1] | null, id?: string];
type Completed = Readonly<{ isCompleted: true; next: NextJob } | { isCompleted: false }>;

async function completeJob(
  job: Job,
  { token, fetchNext = false }: Readonly<{ token: string; fetchNext?: boolean }>,
): Promise<Completed> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- BullMQ says any[]
    const next = (await job.moveToCompleted('', token, fetchNext)) as NextJob | undefined;
    return { isCompleted: true, next: next ?? [] };
  } catch (error) {
    if (error instanceof Error && 'code' in error && harmlessCodes.has(error.code))
      return { isCompleted: false };
    throw error;
  }
}
