import type { Queryable } from './database.ts';

export type DeliveryState = 'ready' | 'sending' | 'sent' | 'failed' | 'uncertain' | 'cancelled';

/** Deliveries by state since installation. One scan of the ledger: for an operator, not for a loop. */
export async function countDeliveries(
  db: Queryable,
): Promise<Readonly<Record<DeliveryState, number>>> {
  const counts = { ready: 0, sending: 0, sent: 0, failed: 0, uncertain: 0, cancelled: 0 };
  const rows = await db.run<{ state: DeliveryState; n: number }>('count-deliveries');
  for (const row of rows) counts[row.state] = row.n;
  return counts;
}
