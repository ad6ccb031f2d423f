// Mirrors packages/store/sql/finish-confirmation.sql.
import { parameters } from '../parameters.ts';
import type { Row } from '../rows.ts';
import type { Statement } from '../statement-context.ts';

export const finishConfirmation: Statement = (tx, values) => {
  const $ = parameters(values);
  const state = $.text(4) as Row<'deliveries'>['state'];
  const l = tx.get('deliveries', $.number(1), 'opt-out', $.number(2));
  if (!l || l.attempts !== $.number(3)) return [];
  if (l.state !== 'sending' && !(l.state === 'uncertain' && state === 'sent')) return [];
  tx.update('deliveries', l, {
    state,
    concluded_at: tx.now,
    acked_at: state === 'sent' ? (l.acked_at ?? tx.now) : l.acked_at,
    error_class: $.textOrNull(5),
    error_code: $.textOrNull(6),
  });
  return [{ cycle: l.cycle }];
};
