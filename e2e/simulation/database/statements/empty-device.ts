// Mirrors packages/store/sql/empty-device.sql.
import { locked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const emptyDevice: Statement = (tx, values) => {
  const $ = parameters(values);
  const rows = locked(tx, {
    table: 'sequence_contacts',
    mode: 'no key update',
    rows: tx
      .where('sequence_contacts', 'device_id', $.number(1))
      .filter((run) => run.dispatch_state === 'queued')
      .slice(0, 500),
  });
  return rows.map((run) => {
    tx.update('sequence_contacts', run, {
      dispatch_state: 'idle',
      dispatch_seq: run.dispatch_seq + 1,
      assigned_worker_id: null,
      worker_assigned_at: null,
    });
    return { id: run.id };
  });
};
