// Mirrors packages/store/sql/find-sequence.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const findSequence: Statement = (tx, values) =>
  tx.where('sequences', 'name', parameters(values).text(1)).flatMap((s) => {
    const v = tx.get('sequence_versions', s.id, s.current_version);
    if (!v) return [];
    return [
      {
        id: s.id,
        name: s.name,
        status: s.status,
        current_version: s.current_version,
        definition: v.definition,
        published_at: new Date(v.published_at),
        now_ms: tx.now,
      },
    ];
  });
