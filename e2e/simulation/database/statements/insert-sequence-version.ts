// Mirrors packages/store/sql/insert-sequence-version.sql.
import { objectOf } from '../json-values.ts';
import { parameters } from '../parameters.ts';
import { foreignKeyViolation } from '../refusals.ts';
import type { Statement } from '../statement-context.ts';

export const insertSequenceVersion: Statement = (tx, values) => {
  const $ = parameters(values);
  const [sequence_id, version] = [$.number(1), $.number(2)];
  const definition = objectOf($.json(3));
  tx.insert('sequence_versions', { sequence_id, version, definition });
  const sequence = tx.get('sequences', sequence_id);
  if (!sequence) throw foreignKeyViolation('sequence_versions_sequence_id_fkey');
  tx.update('sequences', sequence, { current_version: version });
  return [];
};
