import { deviceId, durationMs } from '@dripfleet/domain';
import { findJobIds, jobId } from '@dripfleet/queue';
import { findStaleQueued } from '@dripfleet/store';
import { Redis } from 'ioredis';

import type { DrillLab } from './open-drill-lab.ts';

export type QueueLook = Readonly<{
  /** Rows that Postgres calls queued. */
  rows: number;
  /** Jobs in the queues of their devices. */
  jobs: number;
  /** Queued rows that have no job. */
  missing: number;
  /** Jobs of no row that is queued. */
  stray: number;
  /** Rows that were queued more than once so far. */
  again: number;
  /** The most rows queued for one device. */
  deepest: number;
}>;

/** One look at all queues. A row that is fetched or queued between the two sides of it is neither missing nor stray. */
export async function lookAtQueues(lab: DrillLab): Promise<QueueLook> {
  const redis = new Redis(lab.redis.urlAt(lab.redis.port), { retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    const before = await findQueued(lab);
    const devices = [...new Set([...before.values()].map((row) => row.deviceId))];
    const jobs = await findJobIds(redis, devices);
    const after = await findQueued(lab);
    const depths = new Map<number, number>();
    for (const row of before.values()) {
      depths.set(row.deviceId, (depths.get(row.deviceId) ?? 0) + 1);
    }
    return {
      rows: before.size,
      jobs: jobs.size,
      missing: [...before.keys()].filter((id) => !jobs.has(id) && after.has(id)).length,
      stray: [...jobs].filter((id) => !before.has(id) && !after.has(id)).length,
      again: [...before.values()].filter((row) => row.dispatchSeq > 1).length,
      deepest: Math.max(0, ...depths.values()),
    };
  } finally {
    redis.disconnect();
  }
}

/** More than any drill queues. */
const limit = 200_000;

/** By the ids that their jobs must have. */
async function findQueued({ db }: DrillLab) {
  const rows = await findStaleQueued(db, { age: durationMs(0), limit, after: deviceId(0) });
  return new Map(rows.map((row) => [jobId(row.sequenceContactId, row.dispatchSeq), row]));
}
