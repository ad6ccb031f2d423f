import type { Queryable } from './database.ts';

/** Who this installation is. The secret (32 bytes) keys message ids and suppression hashes; it never leaves the process. */
export type Installation = Readonly<{ id: string; secret: Buffer }>;

export async function getSettings(db: Queryable): Promise<Installation> {
  const [row] = await db.run<{ installation_id: string; installation_secret: Buffer }>(
    'get-settings',
  );
  if (!row) throw new Error('the settings row is missing: run `dripfleet migrate`');
  return { id: row.installation_id, secret: row.installation_secret };
}
