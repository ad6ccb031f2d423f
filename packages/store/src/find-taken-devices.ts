import type { PhoneNumber } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type TakenDevice = Readonly<{ name: string; phone: PhoneNumber | undefined }>;

/** Devices that have one of these names or numbers already; 20 at most. */
export async function findTakenDevices(
  db: Queryable,
  names: readonly string[],
  phones: readonly PhoneNumber[],
): Promise<readonly TakenDevice[]> {
  const rows = await db.run<{ name: string; phone: PhoneNumber | null }>('find-taken-devices', [
    names,
    phones,
  ]);
  return rows.map((row) => ({ name: row.name, phone: row.phone ?? undefined }));
}
