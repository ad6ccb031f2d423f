// Mirrors packages/store/sql/insert-inbound-message.sql.
import { locked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const insertInboundMessage: Statement = (tx, values) => {
  const $ = parameters(values);
  const excluded = {
    device_id: $.number(1),
    message_id: $.text(2),
    contact_id: $.numberOrNull(3),
    kind: $.text(4) === 'opt_out' ? ('opt_out' as const) : ('reply' as const),
  };
  const outcome = tx.insertUnless('inbound_messages', excluded);
  if (outcome.kind === 'inserted') return [{ heard_at: new Date(outcome.row.heard_at) }];
  const [m] = locked(tx, {
    table: 'inbound_messages',
    mode: 'no key update',
    rows: [outcome.row],
  });
  if (!m || m.contact_id === excluded.contact_id) return [];
  const { contact_id, kind } = excluded;
  tx.update('inbound_messages', m, { contact_id, kind, heard_at: tx.now });
  return [{ heard_at: new Date(tx.now) }];
};
