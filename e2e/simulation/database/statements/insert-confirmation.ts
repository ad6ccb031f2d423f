// Mirrors packages/store/sql/insert-confirmation.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const insertConfirmation: Statement = (tx, values) => {
  const $ = parameters(values);
  tx.insert('deliveries', {
    sequence_contact_id: $.number(1),
    step_key: 'opt-out',
    cycle: $.number(2),
    contact_id: $.number(3),
    device_id: $.number(4),
    message_id: $.text(5),
    to_jid: $.text(6),
    body: $.text(7),
    state: 'ready',
    epoch: 0,
    attempts: 0,
  });
  return [];
};
