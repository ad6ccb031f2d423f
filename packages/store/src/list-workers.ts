import { type DurationMs, durationMs, type WorkerId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type WorkerLine = Readonly<{
  worker: WorkerId;
  host: string;
  build: string;
  capacity: number;
  redisOk: boolean;
  draining: boolean;
  heartbeatAge: DurationMs;
  live: boolean;
  /** Devices that it owns. */
  devices: number;
}>;

type Row = {
  id: WorkerId;
  host: string;
  build: string;
  capacity: number;
  redis_ok: boolean;
  draining: boolean;
  heartbeat_age_ms: number;
  live: boolean;
  devices: number;
};

/** Every worker process that is known, the live ones first. A heartbeat older than `steal` is that of a dead one. */
export async function listWorkers(
  db: Queryable,
  steal: DurationMs,
): Promise<readonly WorkerLine[]> {
  const rows = await db.run<Row>('list-workers', [steal]);
  return rows.map((row) => ({
    worker: row.id,
    host: row.host,
    build: row.build,
    capacity: row.capacity,
    redisOk: row.redis_ok,
    draining: row.draining,
    heartbeatAge: durationMs(row.heartbeat_age_ms),
    live: row.live,
    devices: row.devices,
  }));
}
