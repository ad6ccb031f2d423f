// Mirrors packages/store/sql/isolate-row.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const isolateRow: Statement = (tx, values) => {
  const $ = parameters(values);
  const run = tx.get('sequence_contacts', $.number(1));
  if (run?.dispatch_state !== 'queued' || run.dispatch_seq !== $.number(2)) return [];
  tx.update('sequence_contacts', run, { crash_count: 3 });
  return [{ id: run.id }];
};
