/** Everything a scheduler reports. */
export type SchedulerEvent =
  | Readonly<{ kind: 'triggers.processed'; devices: number | 'all'; queued: number; ms: number }>
  /** Redis took some jobs and refused these; their rows are idle again. */
  | Readonly<{ kind: 'enqueue.refused'; rows: number }>
  | Readonly<{ kind: 'jobs.reconciled'; rows: number; cause: 'lost' | 'redis_emptied' }>
  | Readonly<{ kind: 'deliveries.pruned'; erased: number; archived: number }>
  /** The replica lies too far behind to be asked: the primary looks at all devices. Undefined: it knows of no worker. */
  | Readonly<{ kind: 'replica.behind'; newsAgeMs: number | undefined }>
  /** Redis takes no writes; nothing is queued until it does. */
  | Readonly<{ kind: 'redis.away' }>
  | Readonly<{ kind: 'problem'; where: string; error: unknown }>;

export type Observe = (event: SchedulerEvent) => void;
