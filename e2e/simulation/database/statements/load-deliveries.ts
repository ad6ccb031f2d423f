// Mirrors packages/store/sql/load-deliveries.sql.
import { parameters } from '../parameters.ts';
import { runsOf } from '../picking.ts';
import type { Statement } from '../statement-context.ts';

export const loadDeliveries: Statement = (tx, values) => {
  const $ = parameters(values);
  return runsOf(tx, $.numbers(1)).flatMap((run) => {
    const contact = tx.get('contacts', run.contact_id);
    if (!contact) return [];
    const delivery =
      run.next_step_key === null ? undefined : tx.get('deliveries', run.id, run.next_step_key, 0);
    return {
      id: run.id,
      device_id: run.device_id,
      dispatch_seq: run.dispatch_seq,
      next_step_key: run.next_step_key,
      sequence_id: run.sequence_id,
      version: run.version,
      contact_id: run.contact_id,
      phone: contact.phone,
      name: contact.name,
      attributes: contact.attributes,
      body: delivery?.body ?? null,
      message_id: delivery?.message_id ?? null,
      delivery_state: delivery?.state ?? null,
      attempts: delivery?.attempts ?? null,
      crash_count: run.crash_count,
    };
  });
};
