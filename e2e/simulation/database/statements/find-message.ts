// Mirrors packages/store/sql/find-message.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

const threeDaysMs = 3 * 86_400_000;

export const findMessage: Statement = (tx, values) => {
  const $ = parameters(values);
  return tx
    .where('deliveries', 'message_id', $.text(2))
    .filter((l) => l.device_id === $.number(1) && l.body !== null)
    .filter((l) => ['sending', 'sent', 'uncertain'].includes(l.state))
    .filter((l) => l.intent_at > tx.now - threeDaysMs)
    .flatMap((l) => {
      const run = tx.get('sequence_contacts', l.sequence_contact_id);
      if (!run) return [];
      const { sequence_id, version } = run;
      return { to_jid: l.to_jid, body: l.body, step_key: l.step_key, sequence_id, version };
    });
};
