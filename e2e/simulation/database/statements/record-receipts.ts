// Mirrors packages/store/sql/record-receipts.sql.
import { locked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import { compareRows } from '../schema.ts';
import type { Statement } from '../statement-context.ts';

export const recordReceipts: Statement = (tx, values) => {
  const $ = parameters(values);
  const [ids, kinds] = [$.texts(1), $.texts(2)];
  const isRead = new Map<string, boolean>();
  for (const [index, id] of ids.entries()) {
    isRead.set(id, isRead.get(id) === true || kinds[index] === 'read');
  }

  const rows = locked(tx, {
    table: 'deliveries',
    mode: 'no key update',
    rows: [...isRead.keys()]
      .flatMap((id) => tx.where('deliveries', 'message_id', id))
      .toSorted(compareRows('deliveries')),
  });
  return rows.flatMap((l) => {
    const run = tx.get('sequence_contacts', l.sequence_contact_id);
    if (!run) return [];
    const proves = l.step_key === 'opt-out' && isOpen(l.state);
    const stored = tx.update('deliveries', l, {
      delivered_at: l.delivered_at ?? tx.now,
      read_at: isRead.get(l.message_id) === true ? (l.read_at ?? tx.now) : l.read_at,
      ...(proves && {
        state: 'sent',
        acked_at: l.acked_at ?? tx.now,
        concluded_at: tx.now,
        error_class: null,
        error_code: null,
      }),
    });
    return {
      sequence_contact_id: l.sequence_contact_id,
      step_key: l.step_key,
      message_id: l.message_id,
      sequence_id: run.sequence_id,
      version: run.version,
      is_open: isOpen(stored.state),
    };
  });
};

const isOpen = (state: string) => ['ready', 'sending', 'uncertain'].includes(state);
