import { conditionReason, deviceCondition } from '@dripfleet/operations';
import type { DeviceFigures, DeviceLine } from '@dripfleet/store';
import type { FleetDevice } from '../wire.ts';

const nothing: DeviceFigures = { due: 0, sentLastHour: 0, errors: {} };

/** A device as the fleet page shows it. `figures` may be some seconds older than the line. */
export function fleetDevice(
  line: DeviceLine,
  figures: DeviceFigures | undefined = nothing,
): FleetDevice {
  const condition = deviceCondition(line, figures.due);
  const why = conditionReason(line, condition);
  const host = line.owner?.live ? line.owner.host : undefined;
  return {
    id: line.deviceId,
    name: line.name,
    labels: line.labels,
    condition,
    ...(why !== undefined && { why }),
    ...(host !== undefined && { host }),
    queued: line.queued,
    sending: line.sending,
    due: figures.due,
    sentLastHour: figures.sentLastHour,
    ...(Object.keys(figures.errors).length > 0 && { errors: figures.errors }),
  };
}
