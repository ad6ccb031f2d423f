// Mirrors packages/store/sql/delete-suppression.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const deleteSuppression: Statement = (tx, values) => {
  const row = tx.get('suppressions', parameters(values).hex(1));
  if (!row) return [];
  tx.delete('suppressions', row);
  return [{ at: new Date(row.at) }];
};
