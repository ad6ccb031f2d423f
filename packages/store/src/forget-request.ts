import type { Queryable } from './database.ts';

/** Lets a request that broke on our side be asked again. */
export async function forgetRequest(db: Queryable, hash: Uint8Array): Promise<void> {
  await db.run('forget-request', [hash]);
}
