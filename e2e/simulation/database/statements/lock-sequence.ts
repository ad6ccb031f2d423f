// Mirrors packages/store/sql/lock-sequence.sql.
import { locked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const lockSequence: Statement = (tx, values) => {
  const rows = tx.where('sequences', 'name', parameters(values).text(1));
  return locked(tx, { table: 'sequences', mode: 'no key update', rows }).map(
    ({ id, current_version }) => ({ id, current_version }),
  );
};
