// Mirrors packages/store/sql/remove-workers.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

const dayMs = 86_400_000;

export const removeWorkers: Statement = (tx, values) => {
  const $ = parameters(values);
  const forgotten = tx
    .all('workers')
    .filter((worker) => worker.id === $.text(1) || worker.last_heartbeat_at < tx.now - dayMs)
    .filter((worker) => tx.where('devices', 'owner_worker_id', worker.id).length === 0);
  for (const worker of forgotten) tx.delete('workers', worker);
  return [];
};
