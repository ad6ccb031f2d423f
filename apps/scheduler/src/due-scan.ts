import { durationMs } from '@dripfleet/domain';
import type { DueDevices, Reach } from '@dripfleet/store';
import type { Observe } from './events.ts';

export type DueScanDeps = Readonly<{
  /** Asks the replica which devices have something due. */
  findDue(): Promise<DueDevices>;
  observe: Observe;
}>;

/** Workers tell Postgres every 4 s that they live; a replica that has not heard for so long lies behind. */
const newsAgeMax = durationMs(20_000);

/**
 * Which devices the pass of an interval looks at, by a read replica: only those with something due, so that the primary
 * is not asked for all others. The primary looks at each again under its locks, so the replica decides nothing.
 *
 * A device that it has not heard of yet waits for the next interval. One that lies too far behind, or does not answer,
 * is no help: then the primary looks at all devices, as without a replica.
 */
export async function scanReplica({ findDue, observe }: DueScanDeps): Promise<Reach> {
  try {
    const { devices, newsAge } = await findDue();
    if (newsAge !== undefined && newsAge <= newsAgeMax) return devices;
    observe({ kind: 'replica.behind', newsAgeMs: newsAge });
  } catch (error) {
    observe({ kind: 'problem', where: 'replica', error });
  }
  return 'all';
}
