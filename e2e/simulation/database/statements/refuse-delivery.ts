// Mirrors packages/store/sql/refuse-delivery.sql.
import { tryLocked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import type { SequenceContactRow } from '../rows.ts';
import { deviceMaySend } from '../rules.ts';
import type { Statement, StatementContext } from '../statement-context.ts';

const fiveMinutesMs = 300_000;

export const refuseDelivery: Statement = (tx, values) => {
  const judged = judge(tx, values);
  // A delivery that somebody moved since is looked at once more.
  const outcome = judged === 'refused' && !write(tx, values) ? 'busy' : judged;
  move(tx, values, outcome);
  return [{ outcome }];
};

function judge(tx: StatementContext, values: readonly unknown[]): string {
  const $ = parameters(values);
  const given = tx.get('sequence_contacts', $.number(2));
  const device = tryLocked(tx, {
    table: 'devices',
    mode: 'share',
    row: tx.get('devices', $.number(5)),
  });
  const contact = tryLocked(tx, {
    table: 'contacts',
    mode: 'share',
    row: device && given && tx.get('contacts', given.contact_id),
  });
  const run = tryLocked(tx, {
    table: 'sequence_contacts',
    mode: 'no key update',
    row: contact && given,
  });

  if (!given) return 'stale';
  if (!device) return 'busy';
  if (device.owner_worker_id !== $.text(1) || device.owner_epoch !== $.number(6)) return 'not_mine';
  if (!contact || !run) return 'busy';
  if (!isThisDispatch(run, values)) return 'stale';
  const delivery = tx.get('deliveries', given.id, $.text(4), 0);
  if (delivery?.state === 'sending') return 'stale';
  if (delivery && delivery.state !== 'ready') return 'already_final';
  if (contact.suppressed_at !== null) return 'suppressed';
  if (contact.consent_at === null) return 'no_consent';
  if (run.status !== 'active') return 'ended';
  if (!deviceMaySend(device, tx.now)) return 'device_not_running';
  if (tx.get('sequences', given.sequence_id)?.status !== 'active') return 'sequence_paused';
  return 'refused';
}

function isThisDispatch(run: SequenceContactRow, values: readonly unknown[]): boolean {
  const $ = parameters(values);
  return (
    run.next_step_key === $.text(4) &&
    run.device_id === $.number(5) &&
    run.dispatch_state === 'queued' &&
    run.dispatch_seq === $.number(3)
  );
}

function write(tx: StatementContext, values: readonly unknown[]): boolean {
  const $ = parameters(values);
  const given = tx.get('sequence_contacts', $.number(2));
  const refusal = {
    state: 'failed',
    concluded_at: tx.now,
    error_class: $.textOrNull(13),
    error_code: $.textOrNull(9),
  } as const;
  const outcome = tx.insertUnless(
    'deliveries',
    {
      sequence_contact_id: $.number(2),
      step_key: $.text(4),
      contact_id: given?.contact_id ?? 0,
      device_id: $.number(5),
      message_id: $.text(7),
      to_jid: $.text(8),
      epoch: $.number(6),
      attempts: 0,
      ...refusal,
    },
    'deliveries_pkey',
  );
  if (outcome.kind === 'inserted') return true;
  tx.lock('deliveries', outcome.row, 'no key update');
  if (outcome.row.state !== 'ready') return false;
  tx.update('deliveries', outcome.row, refusal);
  return true;
}

function move(tx: StatementContext, values: readonly unknown[], outcome: string): void {
  const run = tx.get('sequence_contacts', parameters(values).number(2));
  const changes = run && movedBy(values, outcome, tx.now);
  if (!run || !changes) return;
  tx.update('sequence_contacts', run, {
    dispatch_state: 'idle',
    crash_count: 0,
    assigned_worker_id: null,
    worker_assigned_at: null,
    ...changes,
  });
}

/** What the outcome does to the row beside taking it out of the queue; undefined: it stays in it. */
function movedBy(
  values: readonly unknown[],
  outcome: string,
  now: number,
): Partial<SequenceContactRow> | undefined {
  switch (outcome) {
    case 'refused':
      return refusedBy(values, now);
    case 'sequence_paused':
      return { next_trigger_time: now + fiveMinutesMs };
    case 'suppressed':
    case 'no_consent':
      return { status: 'exited', exit_reason: outcome, finished_at: now };
    case 'ended':
    case 'device_not_running':
      return {};
    default:
      return undefined;
  }
}

function refusedBy(values: readonly unknown[], now: number): Partial<SequenceContactRow> {
  const $ = parameters(values);
  switch ($.text(10)) {
    case 'hold':
      return { dispatch_state: 'held' };
    case 'next':
      return { next_step_key: $.textOrNull(11), next_trigger_time: now + $.number(12) };
    case 'complete':
      return { next_step_key: null, status: 'completed', finished_at: now };
    case 'exit':
      return {
        next_step_key: null,
        status: 'exited',
        exit_reason: $.textOrNull(9),
        finished_at: now,
      };
    default:
      return { next_step_key: null };
  }
}
