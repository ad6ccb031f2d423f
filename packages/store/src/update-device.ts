import type { DeviceId, PhoneNumber, StoredPacing } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** What to change of a device; what is missing stays as it is. */
export type DeviceChange = Readonly<{
  phone?: PhoneNumber | undefined;
  labels?: Readonly<Record<string, string>> | undefined;
  /** Keys of labels to take away. */
  unlabel?: readonly string[] | undefined;
  pacing?: StoredPacing | undefined;
  /** Parts of the pacing to clear, so that the environment's apply again. */
  clear?: readonly ('caps' | 'gap')[] | undefined;
}>;

/** Changes one device; returns its pacing and the version of it, or undefined when there is no such device. */
export async function updateDevice(
  db: Queryable,
  device: DeviceId,
  change: DeviceChange,
): Promise<Readonly<{ pacing: unknown; pacingVersion: number }> | undefined> {
  const { caps, gap } = change.pacing ?? {};
  const [row] = await db.run<{ pacing: unknown; pacing_version: number }>('update-device', [
    device,
    change.phone ?? null,
    change.labels ?? {},
    change.unlabel ?? [],
    // The driver would write an array as a Postgres array.
    caps ? JSON.stringify(caps) : null,
    gap ?? null,
    change.clear ?? [],
  ]);
  return row && { pacing: row.pacing, pacingVersion: row.pacing_version };
}
