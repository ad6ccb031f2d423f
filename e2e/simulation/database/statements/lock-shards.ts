// Mirrors packages/store/sql/lock-shards.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const lockShards: Statement = (tx, values) => {
  const $ = parameters(values);
  return $.numbers(1)
    .filter((shard) => tx.tryAdvisoryLock(`dripfleet select ${shard}`, 'update'))
    .map((shard) => ({ shard }));
};
