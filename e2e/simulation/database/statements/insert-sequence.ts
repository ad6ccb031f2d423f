// Mirrors packages/store/sql/insert-sequence.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const insertSequence: Statement = (tx, values) => {
  const row = { name: parameters(values).text(1), current_version: 0 };
  tx.insertUnless('sequences', row, 'sequences_name_key');
  return [];
};
