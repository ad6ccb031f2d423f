import { type DeviceId, deviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type DeviceKeyCounts = Readonly<{
  /** One line for each wrapping key in use, by name, with one device's key to try it on. */
  keys: readonly Readonly<{
    wrappedBy: string;
    devices: number;
    sample: Readonly<{ deviceId: DeviceId; wrapped: Buffer }>;
  }>[];
  /** Devices that have credentials and no key; the first few by name. */
  keyless: Readonly<{ devices: number; names: readonly string[] }>;
}>;

type Row = {
  wrapped_by: string | null;
  devices: number;
  sample_device: number | null;
  sample_key: Buffer | null;
  names: string[] | null;
};

/** By which keys the credentials of the fleet are kept. */
export async function countDeviceKeys(db: Queryable, namesMax: number): Promise<DeviceKeyCounts> {
  const rows = await db.run<Row>('count-device-keys', [namesMax]);
  const keyless = rows.find((row) => row.wrapped_by === null);
  return {
    keys: rows.flatMap(
      ({ wrapped_by: wrappedBy, devices, sample_device: device, sample_key: wrapped }) =>
        wrappedBy === null || device === null || wrapped === null
          ? []
          : [{ wrappedBy, devices, sample: { deviceId: deviceId(device), wrapped } }],
    ),
    keyless: { devices: keyless?.devices ?? 0, names: keyless?.names ?? [] },
  };
}
