import type { MinimalJob, RedisQueueBackend, WorkerOptions } from 'bullmq';
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

/** Its calls read the lock's duration from here, though only a worker's options have it. */
const options: WorkerOptions = { ...noConnection, lockDuration };

/**
 * BullMQ's codes for a job or lock that is not there (any more): Redis was emptied, or another owner cleared it.
 * -1 job missing, -2 lock missing, -3 not active, -6 lock of another.
 */
const harmlessCodes: ReadonlySet<unknown> = new Set([-1, -2, -3, -6]);

/**
 * Opens device queues over one shared connection. Of BullMQ's worker it uses the two calls that fetch and finish, and
 * nothing around them: no object for each queue and each job, no blocking connection, renewal or stalled checker. Pinned by
 * test/bullmq-contract.test.ts.
 */
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
    const backend = this.#backend(queueName(device), options);
    const inHand = new Set<string>();
    const take = ([data, id]: NextJob): FetchedJob | undefined => {
      if (!data || id === undefined) return undefined;
      inHand.add(id);
      return { id, payload: payloadOf(data.data) };
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- BullMQ says any[]
    const fetch = async () => take((await backend.moveToActive(token)) as unknown as NextJob);
    return {
      fetch,
      complete: async (id) =>
        inHand.delete(id) && (await finish(backend, { id, token, fetchNext: false })) !== 'unknown',
      completeAndFetch: async (id) => {
        if (!inHand.delete(id)) return await fetch();
        const next = await finish(backend, { id, token, fetchNext: true });
        return next === 'unknown' ? await fetch() : take(next);
      },
      clear: async () => {
        inHand.clear();
        const ids = await clearActive(this.#redis, device);
        return ids
          .flatMap((id) => parseJobId(id) ?? [])
          .map((row) => ({ ...row, deviceId: device }));
      },
      close: () => Promise.resolve(),
    };
  }
}

/** What BullMQ answers of the next job, if there is one: its hash, and its id. */
type NextJob = readonly [job?: Readonly<{ data: string }> | null, id?: string];

function payloadOf(data: string): JobPayload | undefined {
  try {
    return parseJobData(JSON.parse(data));
  } catch {
    return undefined;
  }
}

async function finish(
  backend: RedisQueueBackend,
  { id, token, fetchNext }: Readonly<{ id: string; token: string; fetchNext: boolean }>,
): Promise<NextJob | 'unknown'> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that it reads of a job
  const job = { id, opts: {} } as MinimalJob;
  try {
    const { result } = await backend.moveToCompleted(job, '', true, token, fetchNext);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- BullMQ says any[]
    return (result ?? []) as unknown as NextJob;
  } catch (error) {
    if (error instanceof Error && 'code' in error && harmlessCodes.has(error.code))
      return 'unknown';
    throw error;
  }
}
