import { deviceId, type PhoneNumber, type StoredPacing } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { NamedDevice } from './match-devices.ts';

/**
 * Registers devices, all or none. Throws `DatabaseError` `bad_row` with the constraint `devices_name_key` or
 * `devices_phone_key` when one is taken.
 */
export async function insertDevices(
  db: Queryable,
  devices: readonly Readonly<{ name: string; phone: PhoneNumber | undefined }>[],
  shared: { labels: Readonly<Record<string, string>>; pacing: StoredPacing | undefined },
): Promise<readonly NamedDevice[]> {
  const rows = await db.run<{ id: number; name: string }>('insert-devices', [
    devices.map(({ name }) => name),
    devices.map(({ phone }) => phone ?? null),
    shared.labels,
    shared.pacing ?? null,
  ]);
  return rows.map((row) => ({ deviceId: deviceId(row.id), name: row.name }));
}
