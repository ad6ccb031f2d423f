// Mirrors packages/store/sql/get-definitions.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const getDefinitions: Statement = (tx, values) => {
  const $ = parameters(values);
  const versions = $.numbers(2);
  return $.numbers(1).flatMap((sequence, index) => {
    const found = tx.get('sequence_versions', sequence, versions[index] ?? 0);
    if (!found) return [];
    return { sequence_id: sequence, version: found.version, definition: found.definition };
  });
};
