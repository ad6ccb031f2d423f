// Mirrors packages/store/sql/insert-suppression.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const insertSuppression: Statement = (tx, values) => {
  const $ = parameters(values);
  const row = { phone_hash: $.hex(1), reason: $.text(2) };
  const inserted = tx.insertUnless('suppressions', row);
  return inserted.kind === 'inserted' ? [{ at: new Date(inserted.row.at) }] : [];
};
