// Mirrors packages/store/sql/adopt-queued-rows.sql.
import { lockedOrSkipped } from '../locking.ts';
import { parameters } from '../parameters.ts';
import { runsOfDevices } from '../picking.ts';
import { isInHand } from '../rules.ts';
import type { Statement } from '../statement-context.ts';

export const adoptQueuedRows: Statement = (tx, values) => {
  const $ = parameters(values);
  const worker = $.text(1);
  const locked = lockedOrSkipped(tx, {
    table: 'sequence_contacts',
    mode: 'no key update',
    rows: runsOfDevices(tx, $.numbers(2)).filter(
      (run) => isInHand(run) && run.assigned_worker_id !== worker,
    ),
  });
  for (const run of locked) tx.update('sequence_contacts', run, { assigned_worker_id: worker });
  return [];
};
