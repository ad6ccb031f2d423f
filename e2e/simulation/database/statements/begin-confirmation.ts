// Mirrors packages/store/sql/begin-confirmation.sql.
import { assertNever } from '@dripfleet/domain';
import { parameters } from '../parameters.ts';
import type { Row } from '../rows.ts';
import { deviceMaySend } from '../rules.ts';
import type { Statement, StatementContext } from '../statement-context.ts';

export const beginConfirmation: Statement = (tx, values) => {
  const $ = parameters(values);
  const epoch = $.number(5);
  const find = () => tx.get('deliveries', $.number(2), 'opt-out', $.number(3));
  const given = find();
  const device = unlessLocked(tx, 'devices', tx.get('devices', $.number(4)));
  const contact =
    given && device && unlessLocked(tx, 'contacts', tx.get('contacts', given.contact_id));
  const delivery = contact && given;
  if (delivery) tx.lock('deliveries', delivery, 'no key update');

  const judge = (): Outcome => {
    if (!given) return 'stale';
    if (!device) return 'busy';
    if (device.owner_worker_id !== $.text(1) || device.owner_epoch !== epoch) return 'not_mine';
    if (!contact) return 'busy';
    if (given.state !== 'ready' || given.device_id !== device.id) return 'stale';
    if (contact.suppressed_at === null || contact.suppressed_at > given.intent_at) return 'revoked';
    if (given.intent_at < tx.now - $.number(7)) return 'too_old';
    if (!deviceMaySend(device, tx.now)) return 'device_not_running';
    return device.pacing_version === $.number(6) ? 'begun' : 'pacing_changed';
  };
  const outcome = judge();
  const written = delivery && write(tx, delivery, { outcome, epoch });
  return [
    {
      outcome,
      message_id: written?.message_id ?? null,
      to_jid: written?.to_jid ?? null,
      body: written?.body ?? null,
      attempts: written?.attempts ?? null,
    },
  ];
};

type Outcome =
  | 'stale'
  | 'busy'
  | 'not_mine'
  | 'revoked'
  | 'too_old'
  | 'device_not_running'
  | 'pacing_changed'
  | 'begun';

function unlessLocked<T extends 'devices' | 'contacts'>(
  tx: StatementContext,
  table: T,
  row: Row<T> | undefined,
): Row<T> | undefined {
  return row && tx.tryLock(table, row, 'share') ? row : undefined;
}

function write(
  tx: StatementContext,
  delivery: Row<'deliveries'>,
  { outcome, epoch }: { outcome: Outcome; epoch: number },
): Row<'deliveries'> | undefined {
  const decided = { error_class: null, error_code: outcome === 'begun' ? null : outcome };
  switch (outcome) {
    case 'begun':
      return tx.update('deliveries', delivery, {
        ...decided,
        state: 'sending',
        epoch,
        attempts: delivery.attempts + 1,
        last_attempt_at: tx.now,
        concluded_at: null,
      });
    case 'revoked':
    case 'too_old':
      return tx.update('deliveries', delivery, {
        ...decided,
        state: 'cancelled',
        concluded_at: tx.now,
      });
    case 'stale':
    case 'busy':
    case 'not_mine':
    case 'device_not_running':
    case 'pacing_changed':
      return undefined;
    default:
      return assertNever(outcome);
  }
}
