import { type DurationMs, durationMs } from '@dripfleet/domain';
import {
  countDeliveries,
  countFleet,
  countSequenceContacts,
  type DeliveryState,
  type FleetCounts,
  listQueueDepths,
  measureRecentDeliveries,
  type Queryable,
  type SequenceContactCounts,
} from '@dripfleet/store';

export type Stats = Readonly<{
  /** Device workers running: devices with a live owner. */
  activeWorkers: number;
  /** Deliveries concluded since installation: sent, failed or uncertain. */
  totalProcessed: number;
  /** Begin to finish, pacing excluded, last 15 min; undefined when nothing was concluded. */
  averageProcess: DurationMs | undefined;
  /** Failed and uncertain of those concluded, last 15 min, 0 to 1; undefined when nothing was concluded. */
  errorRate: number | undefined;
  /** Concluded in the last 15 min. */
  concludedRecently: number;
  /** Rows queued for each device by its name, the fullest first; devices with none have 0. */
  queueDepth: ReadonlyMap<string, number>;
  fleet: FleetCounts;
  sequenceContacts: SequenceContactCounts;
  deliveries: Readonly<Record<DeliveryState, number>>;
}>;

const recent = durationMs(15 * 60_000);

/** The fleet in numbers at this instant, all from Postgres. A heartbeat older than `steal` is a dead worker's. */
export async function readStats(db: Queryable, steal: DurationMs): Promise<Stats> {
  const [fleet, sequenceContacts, deliveries, recently, queueDepth] = await Promise.all([
    countFleet(db, steal),
    countSequenceContacts(db),
    countDeliveries(db),
    measureRecentDeliveries(db, recent),
    listQueueDepths(db),
  ]);
  return {
    activeWorkers: fleet.activeWorkers,
    totalProcessed: deliveries.sent + deliveries.failed + deliveries.uncertain,
    averageProcess: recently.average,
    errorRate: recently.concluded > 0 ? recently.failed / recently.concluded : undefined,
    concludedRecently: recently.concluded,
    queueDepth,
    fleet,
    sequenceContacts,
    deliveries,
  };
}
