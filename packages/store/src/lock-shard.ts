import type { Queryable } from './database.ts';

/** Devices are spread over so many shards by `id % shardCount`; each is selected by one scheduler at a time. */
export const shardCount = 64;

/** Whether this transaction may now select for `shard` (0 to `shardCount` - 1). See lock-shard.sql. */
export async function lockShard(tx: Queryable, shard: number): Promise<boolean> {
  const [row] = await tx.run<{ locked: boolean }>('lock-shard', [shard]);
  return row?.locked === true;
}
