import { type DeviceId, type SequenceContactId, sequenceContactId } from '@dripfleet/domain';

/**
 * Every name that Dripfleet uses in Redis for its queues, in one file: the place to change when several Redis servers
 * share the devices.
 */
export const queuePrefix = 'bull';

export const queueName = (device: DeviceId): string => `device-${device}`;

/** BullMQ's own key of a device queue, such as `bull:device-7:wait`. */
export const queueKey = (device: DeviceId, part: string): string =>
  `${queuePrefix}:${queueName(device)}:${part}`;

/** Fresh for each dispatch, so that no old job of the row can swallow or repeat it. No `:`, never all digits. */
export const jobId = (row: SequenceContactId, dispatchSeq: number): string =>
  `sc_${row}_${dispatchSeq}`;

const jobIdPattern = /^sc_(\d{1,15})_(\d{1,15})$/;

/** The row and its dispatch that a job id names; undefined for an id that `jobId` did not make. */
export function parseJobId(
  id: string,
): { sequenceContactId: SequenceContactId; dispatchSeq: number } | undefined {
  const [, row, seq] = jobIdPattern.exec(id) ?? [];
  if (row === undefined || seq === undefined) return undefined;
  return { sequenceContactId: sequenceContactId(Number(row)), dispatchSeq: Number(seq) };
}

/** Published for a device that got jobs; its worker listens. */
export const wakeChannel = (device: DeviceId): string => `dripfleet:wake:${device}`;

/** Published when rows may have become due: a JSON array of device ids; the schedulers listen. */
export const nudgeChannel = 'dripfleet:nudge';

/** Exists as long as Redis keeps what we wrote. Its absence says that Redis was emptied. */
export const sentinelKey = 'dripfleet:sentinel';

/** Written to see whether Redis takes writes; gone 10 s later. */
export const probeKey = 'dripfleet:probe';
