// Mirrors packages/store/sql/exit-runs.sql.
import { exited, goesOn } from '../exiting.ts';
import { locked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const exitRuns: Statement = (tx, values) => {
  const $ = parameters(values);
  const [contact, sequence, reason] = [$.number(1), $.numberOrNull(2), $.text(3)];
  const rows = tx
    .where('sequence_contacts', 'contact_id', contact)
    .filter(goesOn)
    .filter((run) => sequence === null || run.sequence_id === sequence);
  const runs = locked(tx, { table: 'sequence_contacts', mode: 'no key update', rows });
  return runs.map((run) => {
    tx.update('sequence_contacts', run, exited(run, { reason, now: tx.now }));
    return { id: run.id, device_id: run.device_id };
  });
};
