// Mirrors packages/store/sql/share-suppressions.sql.
import type { Statement } from '../statement-context.ts';

export const shareSuppressions: Statement = (tx) => {
  tx.advisoryLock('suppressions', 'share');
  return [{ pg_advisory_xact_lock_shared: '' }];
};
