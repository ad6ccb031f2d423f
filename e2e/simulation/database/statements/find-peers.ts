// Mirrors packages/store/sql/find-peers.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const findPeers: Statement = (tx, values) => {
  const $ = parameters(values);
  const devices = tx.all('devices');
  const engine = tx.get('workers', $.text(1))?.engine;
  return tx
    .all('workers')
    .filter((worker) => worker.id !== $.text(1) && worker.engine === engine && !worker.draining)
    .filter((worker) => worker.last_heartbeat_at > tx.now - $.number(2))
    .map((worker) => ({
      id: worker.id,
      build: worker.build,
      capacity: worker.capacity,
      redis_ok: worker.redis_ok,
      started_at_ms: worker.started_at,
      devices: devices.filter(
        (device) =>
          device.owner_worker_id === worker.id ||
          (device.owner_worker_id === null &&
            device.reserved_for === worker.id &&
            device.reserved_until !== null &&
            device.reserved_until >= tx.now),
      ).length,
    }));
};
