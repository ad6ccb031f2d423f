// Mirrors packages/store/sql/register-worker.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const registerWorker: Statement = (tx, values) => {
  const $ = parameters(values);
  const worker = {
    id: $.text(1),
    host: $.text(2),
    build: $.text(3),
    capacity: $.number(4),
    engine: $.text(5),
  };
  const outcome = tx.insertUnless('workers', worker, 'workers_pkey');
  if (outcome.kind === 'conflict') {
    tx.update('workers', outcome.row, { last_heartbeat_at: tx.now, draining: false });
  }
  return [];
};
