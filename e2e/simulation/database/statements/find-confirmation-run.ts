// Mirrors packages/store/sql/find-confirmation-run.sql.
import { parameters } from '../parameters.ts';
import type { DeliveryRow } from '../rows.ts';
import type { Statement } from '../statement-context.ts';

export const findConfirmationRun: Statement = (tx, values) => {
  const $ = parameters(values);
  const device = $.number(2);
  const runs = tx.where('sequence_contacts', 'contact_id', $.number(1));
  const wasWrittenTo = runs
    .flatMap(({ id }) => tx.where('deliveries', 'sequence_contact_id', id))
    .some((l) => l.device_id === device && (hasLeft(l) || l.delivered_at !== null));
  const latest = runs.findLast((run) => run.device_id === device);
  if (!wasWrittenTo || !latest) return [];
  const cycles = tx
    .where('deliveries', 'sequence_contact_id', latest.id)
    .filter(({ step_key }) => step_key === 'opt-out')
    .map(({ cycle }) => cycle + 1);
  return [{ id: latest.id, cycle: Math.max(0, ...cycles) }];
};

/** Or may have. */
function hasLeft({ state }: DeliveryRow): boolean {
  return state === 'sending' || state === 'sent' || state === 'uncertain';
}
