// Mirrors packages/store/sql/lock-shard.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const lockShard: Statement = (tx, values) => {
  const $ = parameters(values);
  return [{ locked: tx.tryAdvisoryLock(`dripfleet select ${$.number(1)}`, 'update') }];
};
