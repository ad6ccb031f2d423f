import type { Queryable } from './database.ts';

/** Devices are spread over so many shards by `id % shardCount`; each is selected by one scheduler at a time. */
export const shardCount = 64;

/** Those of `shards` (0 to `shardCount` - 1) for which this transaction may now select. See lock-shards.sql. */
export async function lockShards(
  tx: Queryable,
  shards: readonly number[],
): Promise<readonly number[]> {
  const rows = await tx.run<{ shard: number }>('lock-shards', [shards]);
  return rows.map(({ shard }) => shard);
}
