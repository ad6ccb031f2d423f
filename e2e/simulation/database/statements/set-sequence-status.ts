// Mirrors packages/store/sql/set-sequence-status.sql.
import { locked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import type { SequenceRow } from '../rows.ts';
import type { Statement } from '../statement-context.ts';

export const setSequenceStatus: Statement = (tx, values) => {
  const $ = parameters(values);
  const status = $.text(2) as SequenceRow['status'];
  const rows = tx.where('sequences', 'name', $.text(1));
  return locked(tx, { table: 'sequences', mode: 'no key update', rows }).map((before) => {
    tx.update('sequences', before, { status });
    return { id: before.id, before: before.status };
  });
};
