// Mirrors packages/store/sql/load-deliveries.sql.
import { parameters } from '../parameters.ts';
import { runsOf } from '../picking.ts';
import type { Statement } from '../statement-context.ts';

export const loadDeliveries: Statement = (tx, values) => {
  const $ = parameters(values);
  const leaveFrom = $.numberOrNull(2);
  return runsOf(tx, $.numbers(1)).flatMap((run) => {
    const contact = tx.get('contacts', run.contact_id);
    if (!contact) return [];
    const delivery =
      run.next_step_key === null ? undefined : tx.get('deliveries', run.id, run.next_step_key, 0);
    const isWhole = leaveFrom === null || run.crash_count < leaveFrom;
    return {
      id: run.id,
      device_id: run.device_id,
      dispatch_seq: run.dispatch_seq,
      next_step_key: run.next_step_key,
      sequence_id: run.sequence_id,
      version: run.version,
      contact_id: run.contact_id,
      due_at_ms: run.next_trigger_time,
      phone: contact.phone,
      delivery_state: delivery?.state ?? null,
      attempts: delivery?.attempts ?? null,
      crash_count: run.crash_count,
      is_whole: isWhole,
      name: isWhole ? contact.name : null,
      attributes: isWhole ? contact.attributes : null,
      body: isWhole ? (delivery?.body ?? null) : null,
      message_id: isWhole ? (delivery?.message_id ?? null) : null,
    };
  });
};
