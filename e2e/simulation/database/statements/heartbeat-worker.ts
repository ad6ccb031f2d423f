// Mirrors packages/store/sql/heartbeat-worker.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const heartbeatWorker: Statement = (tx, values) => {
  const $ = parameters(values);
  const worker = tx.get('workers', $.text(1));
  if (!worker) return [];
  tx.update('workers', worker, {
    last_heartbeat_at: tx.now,
    redis_ok: $.boolean(2),
    draining: $.boolean(3),
    wanted_devices: $.numberOrNull(4),
  });
  return [{ id: worker.id }];
};
