import { type DeviceId, deviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type DeviceFigures = Readonly<{
  /** Contacts who are due and not queued. */
  due: number;
  sentLastHour: number;
  /** Failed or uncertain in the last hour, by class. */
  errors: Readonly<Record<string, number>>;
}>;

type Row = {
  device_id: number;
  due: number;
  sent_last_hour: number;
  errors: Record<string, number>;
};

/** Of the devices that have something due or did something in the last hour. */
export async function measureDevices(db: Queryable): Promise<ReadonlyMap<DeviceId, DeviceFigures>> {
  const rows = await db.run<Row>('measure-devices');
  return new Map(
    rows.map(({ device_id, due, sent_last_hour, errors }) => [
      deviceId(device_id),
      { due, sentLastHour: sent_last_hour, errors },
    ]),
  );
}
