// Mirrors packages/store/sql/return-to-idle.sql.
import { locked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import { runsOf } from '../picking.ts';
import type { Statement } from '../statement-context.ts';

export const returnToIdle: Statement = (tx, values) => {
  const $ = parameters(values);
  const [ids, seqs, fate] = [$.numbers(1), $.numbers(2), $.text(3)];
  const given = new Set(ids.map((id, index) => `${id} ${seqs[index]}`));
  const crashCount = (before: number) => {
    if (fate === 'survived') return 0;
    return fate === 'crashed' ? Math.max(before, Math.min(before + 1, 2)) : before;
  };

  const rows = locked(tx, {
    table: 'sequence_contacts',
    mode: 'no key update',
    rows: runsOf(tx, ids).filter(
      (run) => run.dispatch_state === 'queued' && given.has(`${run.id} ${run.dispatch_seq}`),
    ),
  });
  return rows.map((run) => {
    tx.update('sequence_contacts', run, {
      dispatch_state: 'idle',
      assigned_worker_id: null,
      worker_assigned_at: null,
      crash_count: crashCount(run.crash_count),
    });
    return { id: run.id, device_id: run.device_id };
  });
};
