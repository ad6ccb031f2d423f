// Mirrors packages/store/sql/lock-suppressions.sql.
import type { Statement } from '../statement-context.ts';

export const lockSuppressions: Statement = (tx) => {
  tx.advisoryLock('suppressions', 'update');
  return [{ pg_advisory_xact_lock: '' }];
};
