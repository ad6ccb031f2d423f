import type { Queryable } from './database.ts';

/** Ends a key and its logins; undefined when there is none of that name, `changed` false when it was revoked before. */
export async function revokeApiKey(
  tx: Queryable,
  name: string,
): Promise<Readonly<{ changed: boolean; loginsEnded: number }> | undefined> {
  const [row] = await tx.run<{ changed: boolean; logins_ended: number }>('revoke-api-key', [name]);
  return row && { changed: row.changed, loginsEnded: row.logins_ended };
}
