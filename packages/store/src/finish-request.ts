import type { Queryable } from './database.ts';

/** Keeps what was answered to a request, for whoever asks it again. */
export async function finishRequest(
  db: Queryable,
  hash: Uint8Array,
  { status, body }: Readonly<{ status: number; body: string }>,
): Promise<void> {
  await db.run('finish-request', [hash, status, body]);
}
