import type { Clock, DeviceId } from '@dripfleet/domain';
import type { EnqueueRow } from '@dripfleet/queue';
import type { Database } from '@dripfleet/store';

/** The device queues, as a scheduler uses them. All but `enqueue` and `reset` throw when Redis does not answer. */
export type SchedulerQueues = Readonly<{
  /** One job per row; returns the rows whose job may not be there. */
  enqueue(rows: readonly EnqueueRow[]): Promise<readonly EnqueueRow[]>;
  /** Forgets what was written before: Redis was emptied. */
  reset(): void;
  takesWrites(): Promise<boolean>;
  /** The ids of all jobs that these queues hold. */
  findJobIds(devices: readonly DeviceId[]): Promise<ReadonlySet<string>>;
  isSentinelSet(): Promise<boolean>;
  setSentinel(): Promise<void>;
}>;

/** Whatever reaches beyond a scheduler's process, and its time. */
export type SchedulerParts = Readonly<{
  clock: Clock;
  db: Database;
  /** Where the scans for due rows are read; undefined: on the primary. */
  replica?: Database | undefined;
  queues: SchedulerQueues;
}>;
