// Mirrors packages/store/sql/find-open-deliveries.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const findOpenDeliveries: Statement = (tx, values) => {
  const $ = parameters(values);
  return tx
    .where('deliveries', 'device_id', $.number(1))
    .filter((l) => l.state === 'sending' && l.cycle === 0 && l.step_key !== 'opt-out')
    .toSorted((a, b) => a.intent_at - b.intent_at)
    .flatMap((l) => {
      const run = tx.get('sequence_contacts', l.sequence_contact_id);
      if (!run) return [];
      return {
        sequence_contact_id: l.sequence_contact_id,
        step_key: l.step_key,
        message_id: l.message_id,
        to_jid: l.to_jid,
        body: l.body,
        attempts: l.attempts,
        resends: l.resends,
        sequence_id: run.sequence_id,
        version: run.version,
        crash_count: run.crash_count,
        delivered: l.delivered_at !== null,
        age_ms: tx.now - l.intent_at,
      };
    });
};
