import { deviceId } from '@dripfleet/domain';
import {
  countDeviceKeys,
  type Database,
  type DeviceKey,
  findDeviceKeys,
  type Rewrap,
  rewrapDeviceKeys,
} from '@dripfleet/store';
import { unwrapDataKey, wrapDataKey } from './data-key.ts';
import type { Keyring } from './keyring.ts';
import type { WrappingKey } from './wrapping-key.ts';

export type RotationProgress = Readonly<{
  /** Devices whose key is wrapped by the first key by now. */
  rewrapped: number;
  unreadable: number;
  /** Devices that had another one at the start. */
  total: number;
}>;

export type Rotation = Readonly<{
  /** The name of the first key, which wraps all keys of devices now, but for the unreadable ones. */
  wrappedBy: string;
  rewrapped: number;
  /** Left as they are: none of the file's keys opens them. */
  unreadable: readonly Readonly<{ device: string; wrappedBy: string }>[];
}>;

/** Devices in one statement. */
const chunk = 200;

/**
 * Wraps the keys of all devices by the key file's first key. What they hold stays the same: no credential changes, and
 * sessions go on. Safe to repeat and to interrupt; each device is changed as a whole or not at all.
 */
export async function rotateKeys(
  db: Database,
  keyring: Keyring,
  onProgress: (progress: RotationProgress) => void = () => {},
): Promise<Rotation> {
  const first = await keyring.refreshFirst();
  const { keys } = await countDeviceKeys(db, 0);
  const total = keys
    .filter(({ wrappedBy }) => wrappedBy !== first.name)
    .reduce((sum, { devices }) => sum + devices, 0);
  const unreadable: Rotation['unreadable'][number][] = [];
  let rewrapped = 0;
  let after = deviceId(0);
  for (;;) {
    const rows = await findDeviceKeys(db, first.name, { after, limit: chunk });
    const last = rows.at(-1);
    if (!last) return { wrappedBy: first.name, rewrapped, unreadable };
    const rewraps: Rewrap[] = [];
    for (const row of rows) {
      const rewrap = await rewrapOne(keyring, first, row);
      if (rewrap) rewraps.push(rewrap);
      else unreadable.push({ device: row.name, wrappedBy: row.wrappedBy });
    }
    rewrapped += await rewrapDeviceKeys(db, first.name, rewraps);
    after = last.deviceId;
    onProgress({ rewrapped, unreadable: unreadable.length, total });
  }
}

async function rewrapOne(
  keyring: Keyring,
  first: WrappingKey,
  row: DeviceKey,
): Promise<Rewrap | undefined> {
  const before = await keyring.find(row.wrappedBy);
  const dataKey = before && unwrapDataKey(before, row.deviceId, row.wrapped);
  return (
    dataKey && {
      deviceId: row.deviceId,
      before: row.wrapped,
      after: wrapDataKey(first, row.deviceId, dataKey),
    }
  );
}
