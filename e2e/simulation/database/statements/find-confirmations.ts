// Mirrors packages/store/sql/find-confirmations.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const findConfirmations: Statement = (tx, values) =>
  tx
    .where('deliveries', 'device_id', parameters(values).number(1))
    .filter((l) => l.step_key === 'opt-out' && (l.state === 'ready' || l.state === 'sending'))
    .toSorted((a, b) => a.intent_at - b.intent_at || a.sequence_contact_id - b.sequence_contact_id)
    .map((l) => ({
      sequence_contact_id: l.sequence_contact_id,
      cycle: l.cycle,
      state: l.state,
      attempts: l.attempts,
      age_ms: tx.now - l.intent_at,
    }));
