import type { DeviceId } from '@dripfleet/domain';
import { shardCount } from './lock-shards.ts';
import type { DueReach } from './select-due.ts';

/** Which devices a pass looks at. */
export type Reach = 'all' | readonly DeviceId[];

/** What one transaction of a pass looks at. */
export type Portion = Pick<DueReach, 'shards' | 'devices'>;

/** A commit and three round trips are shared by so many shards; at 3,000 devices with full queues that is 37,500 rows. */
const shardsTogether = 8;

/** A shard is in one portion only: two that are under way at once would keep each other out of it. */
export function portionsOf(reach: Reach): readonly Portion[] {
  const byShard = new Map<number, DeviceId[]>();
  if (reach === 'all') for (let shard = 0; shard < shardCount; shard += 1) byShard.set(shard, []);
  else {
    for (const device of reach) {
      const own = byShard.get(device % shardCount);
      if (own) own.push(device);
      else byShard.set(device % shardCount, [device]);
    }
  }
  const shards = [...byShard];
  const portions: Portion[] = [];
  for (let start = 0; start < shards.length; start += shardsTogether) {
    const own = shards.slice(start, start + shardsTogether);
    portions.push({
      shards: own.map(([shard]) => shard),
      devices: reach === 'all' ? undefined : own.flatMap(([, devices]) => devices),
    });
  }
  return portions;
}
