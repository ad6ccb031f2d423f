import { type DeviceId, deviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { DesiredState } from './find-owned-devices.ts';
import type { DeviceSessionState } from './set-session-state.ts';

/** A device as an operator names it. */
export type NamedDevice = Readonly<{ deviceId: DeviceId; name: string }>;

/** Which devices: with one of these names, all of these labels, and in these states; undefined: any. */
export type DeviceFilter = Readonly<{
  names?: readonly string[] | undefined;
  labels?: Readonly<Record<string, string>> | undefined;
  /** What is wanted of it; a pause that has run out counts as running. */
  state?: DesiredState | undefined;
  session?: DeviceSessionState | undefined;
}>;

/** The devices that match, by name. */
export async function matchDevices(
  db: Queryable,
  { names, labels, state, session }: DeviceFilter,
): Promise<readonly NamedDevice[]> {
  const rows = await db.run<{ id: number; name: string }>('match-devices', [
    names ?? null,
    labels ?? {},
    state ?? null,
    session ?? null,
  ]);
  return rows.map((row) => ({ deviceId: deviceId(row.id), name: row.name }));
}
