// Mirrors packages/store/sql/cancel-ready-deliveries.sql.
import { locked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import { distinct } from '../picking.ts';
import type { Statement } from '../statement-context.ts';

export const cancelReadyDeliveries: Statement = (tx, values) => {
  const rows = distinct(parameters(values).numbers(1))
    .flatMap((run) => tx.where('deliveries', 'sequence_contact_id', run))
    .filter(({ state }) => state === 'ready');
  for (const row of locked(tx, { table: 'deliveries', mode: 'no key update', rows })) {
    tx.update('deliveries', row, { state: 'cancelled', concluded_at: tx.now });
  }
  return [];
};
