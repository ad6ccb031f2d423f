import { type DurationMs, type EpochMs, epochMs, type WorkerId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Another worker of the same engine that lives and is not draining. */
export type Peer = Readonly<{
  worker: WorkerId;
  build: string;
  startedAt: EpochMs;
  /** Device workers at most. */
  capacity: number;
  /** Devices that it owns or that are kept for it. */
  devices: number;
  /** Whether Redis answered it at its last heartbeat. */
  redisOk: boolean;
}>;

type Row = {
  id: WorkerId;
  build: string;
  started_at_ms: number;
  capacity: number;
  devices: number;
  redis_ok: boolean;
};

/** `steal`: without a heartbeat for so long a worker is dead. */
export async function findPeers(
  db: Queryable,
  worker: WorkerId,
  steal: DurationMs,
): Promise<readonly Peer[]> {
  const rows = await db.run<Row>('find-peers', [worker, steal]);
  return rows.map((row) => ({
    worker: row.id,
    build: row.build,
    startedAt: epochMs(Math.round(row.started_at_ms)),
    capacity: row.capacity,
    devices: row.devices,
    redisOk: row.redis_ok,
  }));
}
