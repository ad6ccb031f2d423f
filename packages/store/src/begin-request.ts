import type { Queryable } from './database.ts';

/** What to do with a request that carries an Idempotency-Key. */
export type RequestTurn =
  /** Do it, then tell `finishRequest`. */
  | Readonly<{ kind: 'begun' }>
  | Readonly<{ kind: 'answered'; status: number; body: string }>
  /** Somebody works on it. */
  | Readonly<{ kind: 'in_work' }>
  /** The key was used for something else. */
  | Readonly<{ kind: 'other_request' }>;

type Row = { outcome: RequestTurn['kind']; status: number | null; body: string | null };

/** Both hashes are SHA-256. Two who begin at once: one begins. */
export async function beginRequest(
  db: Queryable,
  { hash, requestHash }: Readonly<{ hash: Uint8Array; requestHash: Uint8Array }>,
): Promise<RequestTurn> {
  const [row] = await db.run<Row>('begin-request', [hash, requestHash]);
  // Its row was inserted by another transaction since this statement began to look.
  if (!row) return { kind: 'in_work' };
  if (row.outcome !== 'answered') return { kind: row.outcome };
  return { kind: 'answered', status: row.status ?? 500, body: row.body ?? '' };
}
