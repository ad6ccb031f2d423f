import type { SchedulerParts } from '@dripfleet/scheduler';
import type { CrashSwitch } from './crash-switch.ts';

/** A scheduler's parts that can kill its process between Postgres and Redis. */
export function decorateScheduler(parts: SchedulerParts, crash: CrashSwitch): SchedulerParts {
  const { queues } = parts;
  return {
    ...parts,
    queues: {
      ...queues,
      enqueue: async (rows) => {
        crash.pass('after_select');
        if (!crash.isAt('half_enqueued')) return await queues.enqueue(rows);
        const half = Math.floor(rows.length / 2);
        const refused = await queues.enqueue(rows.slice(0, half));
        crash.pass('half_enqueued');
        return [...refused, ...(await queues.enqueue(rows.slice(half)))];
      },
      // Redis looks emptied, so that everything queued is looked at, however young.
      isSentinelSet: async () => !crash.isAt('in_reconcile') && (await queues.isSentinelSet()),
      findJobIds: async (devices) => {
        const found = await queues.findJobIds(devices);
        crash.pass('in_reconcile');
        return found;
      },
    },
  };
}
