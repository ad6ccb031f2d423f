import type { DeviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** The key of one device's credentials, as it is stored. */
export type WrappedKey = Readonly<{
  /** The name of the key that it is wrapped by. */
  wrappedBy: string;
  wrapped: Buffer;
}>;

type Row = { wrapped_by: string | null; wrapped_key: Buffer | null; has_credentials: boolean };

/** `key` undefined: there is none; with credentials there, that is damage. */
export async function findDeviceKey(
  db: Queryable,
  device: DeviceId,
): Promise<Readonly<{ key: WrappedKey | undefined; hasCredentials: boolean }>> {
  const [row] = await db.run<Row>('find-device-key', [device]);
  if (!row) throw new Error('find-device-key.sql answers with one row');
  const { wrapped_by: wrappedBy, wrapped_key: wrapped, has_credentials: hasCredentials } = row;
  const key = wrappedBy === null || wrapped === null ? undefined : { wrappedBy, wrapped };
  return { key, hasCredentials };
}
