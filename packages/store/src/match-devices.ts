import { type DeviceId, deviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** A device as an operator names it. */
export type NamedDevice = Readonly<{ deviceId: DeviceId; name: string }>;

/** Which devices: with one of these names (undefined: any) and all of these labels. */
export type DeviceFilter = Readonly<{
  names?: readonly string[] | undefined;
  labels?: Readonly<Record<string, string>> | undefined;
}>;

/** The devices that match, by name. */
export async function matchDevices(
  db: Queryable,
  { names, labels }: DeviceFilter,
): Promise<readonly NamedDevice[]> {
  const rows = await db.run<{ id: number; name: string }>('match-devices', [
    names ?? null,
    labels ?? {},
  ]);
  return rows.map((row) => ({ deviceId: deviceId(row.id), name: row.name }));
}
