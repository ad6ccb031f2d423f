// Mirrors packages/store/sql/find-stale-queued.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const findStaleQueued: Statement = (tx, values) => {
  const $ = parameters(values);
  const [age, limit, after] = [$.number(1), $.number(2), $.number(3)];
  return tx
    .all('sequence_contacts')
    .filter((run) => run.dispatch_state === 'queued' && run.device_id > after)
    .filter((run) => run.worker_assigned_at !== null && run.worker_assigned_at <= tx.now - age)
    .toSorted((a, b) => a.device_id - b.device_id)
    .slice(0, limit)
    .map((run) => ({ id: run.id, device_id: run.device_id, dispatch_seq: run.dispatch_seq }));
};
