// Mirrors packages/store/sql/begin-deliveries.sql.
import { lockedOrSkipped } from '../locking.ts';
import { parameters } from '../parameters.ts';
import { contactsOf, devicesOf, runsOf } from '../picking.ts';
import type { ContactRow, DeliveryRow, DeviceRow, SequenceContactRow } from '../rows.ts';
import { deviceMaySend, least, restrictionLasts } from '../rules.ts';
import type { Statement, StatementContext } from '../statement-context.ts';

type Given = Readonly<{
  id: number;
  /** Null: a re-send of what is `sending`. */
  dispatchSeq: number | null;
  stepKey: string;
  deviceId: number;
  epoch: number;
  pacingVersion: number;
  messageId: string;
  toJid: string;
  body: string;
}>;

type Asked = Readonly<{
  worker: string;
  given: Given;
  /** As it was before any lock; undefined: there is none. */
  seen: SequenceContactRow | undefined;
  device: DeviceRow | undefined;
  contact: ContactRow | undefined;
  run: SequenceContactRow | undefined;
  delivery: DeliveryRow | undefined;
}>;

export const beginDeliveries: Statement = (tx, values) => {
  const judged = ask(tx, values).map((asked) => ({ ...asked, outcome: judge(tx, asked) }));
  return judged.map((one, position) => {
    move(tx, one);
    close(tx, one);
    const written = write(tx, one);
    return {
      position,
      outcome: one.outcome,
      message_id: written?.message_id ?? null,
      to_jid: written?.to_jid ?? null,
      body: written?.body ?? null,
      attempts: written?.attempts ?? null,
    };
  });
};

function givenBy(values: readonly unknown[]): readonly Given[] {
  const $ = parameters(values);
  const [seqs, stepKeys, devices, epochs] = [
    $.numbersOrNull(3),
    $.texts(4),
    $.numbers(5),
    $.numbers(6),
  ];
  const [pacings, messages, jids, bodies] = [$.numbers(7), $.texts(8), $.texts(9), $.texts(10)];
  return $.numbers(2).map((id, index) => ({
    id,
    dispatchSeq: seqs[index] ?? null,
    stepKey: stepKeys[index] ?? '',
    deviceId: devices[index] ?? 0,
    epoch: epochs[index] ?? 0,
    pacingVersion: pacings[index] ?? 0,
    messageId: messages[index] ?? '',
    toJid: jids[index] ?? '',
    body: bodies[index] ?? '',
  }));
}

function ask(tx: StatementContext, values: readonly unknown[]): readonly Asked[] {
  const given = givenBy(values);
  const worker = parameters(values).text(1);
  const seen = runsOf(
    tx,
    given.map(({ id }) => id),
  );
  const devices = lockedOrSkipped(tx, {
    table: 'devices',
    mode: 'share',
    rows: devicesOf(
      tx,
      given.map(({ deviceId }) => deviceId),
    ),
  });
  const contacts = lockedOrSkipped(tx, {
    table: 'contacts',
    mode: 'share',
    rows:
      devices.length === 0
        ? []
        : contactsOf(
            tx,
            seen.map((run) => run.contact_id),
          ),
  });
  const runs = lockedOrSkipped(tx, {
    table: 'sequence_contacts',
    mode: 'no key update',
    rows: contacts.length === 0 ? [] : seen,
  });
  return given.map((one) => {
    const before = seen.find(({ id }) => id === one.id);
    return {
      worker,
      given: one,
      seen: before,
      device: devices.find(({ id }) => id === one.deviceId),
      contact: contacts.find(({ id }) => id === before?.contact_id),
      run: runs.find(({ id }) => id === one.id),
      delivery: tx.get('deliveries', one.id, one.stepKey, 0),
    };
  });
}

function judge(tx: StatementContext, asked: Asked): string {
  const { worker, given, seen, device, contact, run, delivery } = asked;
  const isResend = given.dispatchSeq === null;
  if (!seen) return 'stale';
  if (!device) return 'busy';
  if (device.owner_worker_id !== worker || device.owner_epoch !== given.epoch) return 'not_mine';
  if (!contact || !run) return 'busy';
  if (!isThisDispatch(run, given)) return 'stale';
  if (delivery && delivery.state !== 'ready' && delivery.state !== 'sending')
    return 'already_final';
  if (isResend && delivery?.state !== 'sending') return 'stale';
  if (contact.suppressed_at !== null) return 'suppressed';
  if (contact.consent_at === null) return 'no_consent';
  if (run.status !== 'active') return 'ended';
  if (!deviceMaySend(device, tx.now) || device.engine !== tx.get('workers', worker)?.engine) {
    return 'device_not_running';
  }
  if (tx.get('sequences', seen.sequence_id)?.status !== 'active') return 'sequence_paused';
  if (device.pacing_version !== given.pacingVersion) return 'pacing_changed';
  const knowsOnly = device.restriction === 'new_contacts' && restrictionLasts(device, tx.now);
  return knowsOnly && !knows(tx, device.id, contact.id) ? 'new_contact' : 'begun';
}

function isThisDispatch(run: SequenceContactRow, given: Given): boolean {
  if (run.next_step_key !== given.stepKey || run.device_id !== given.deviceId) return false;
  return given.dispatchSeq === null
    ? run.dispatch_state === 'sending'
    : run.dispatch_state === 'queued' && run.dispatch_seq === given.dispatchSeq;
}

/** Whether the device has reached the contact before, or heard from them. */
function knows(tx: StatementContext, device: number, contact: number): boolean {
  const wasReached = ({ state, delivered_at, device_id }: DeliveryRow) =>
    device_id === device && (state === 'sent' || delivered_at !== null);
  return (
    tx
      .where('sequence_contacts', 'contact_id', contact)
      .some(({ id }) => tx.where('deliveries', 'sequence_contact_id', id).some(wasReached)) ||
    tx.where('inbound_messages', 'contact_id', contact).some((heard) => heard.device_id === device)
  );
}

type Judged = Asked & Readonly<{ outcome: string }>;

const endings = new Set(['suppressed', 'no_consent', 'ended']);
const delays = new Set(['device_not_running', 'sequence_paused', 'pacing_changed', 'new_contact']);

function move(tx: StatementContext, { worker, given, device, run, outcome }: Judged): void {
  if (!run) return;
  if (outcome === 'begun') {
    tx.update('sequence_contacts', run, {
      dispatch_state: 'sending',
      crash_count: run.crash_count + 1,
      assigned_worker_id: worker,
    });
    return;
  }
  // What may have left stays `sending` until its fate is known; only a fresh dispatch goes back.
  if (!endings.has(outcome) && !(delays.has(outcome) && given.dispatchSeq !== null)) return;
  tx.update('sequence_contacts', run, {
    dispatch_state: 'idle',
    crash_count: 0,
    assigned_worker_id: null,
    worker_assigned_at: null,
    ...(endings.has(outcome) &&
      outcome !== 'ended' && { status: 'exited', exit_reason: outcome, finished_at: tx.now }),
    ...(outcome === 'sequence_paused' && { next_trigger_time: tx.now + 300_000 }),
    ...(outcome === 'new_contact' && {
      next_trigger_time: least(device?.restricted_until ?? null, tx.now + 3_600_000) ?? tx.now,
    }),
  });
}

/** A re-send that may not be: whether the first transmission arrived stays unknown. */
function close(tx: StatementContext, { given, delivery, outcome }: Judged): void {
  if (given.dispatchSeq !== null || delivery?.state !== 'sending' || !endings.has(outcome)) return;
  tx.update('deliveries', delivery, {
    state: 'uncertain',
    concluded_at: tx.now,
    error_class: 'unconfirmed',
    error_code: outcome,
  });
}

function write(tx: StatementContext, { given, seen, outcome }: Judged): DeliveryRow | undefined {
  if (outcome !== 'begun' || !seen) return undefined;
  const inserted = tx.insertUnless(
    'deliveries',
    {
      sequence_contact_id: given.id,
      step_key: given.stepKey,
      contact_id: seen.contact_id,
      device_id: given.deviceId,
      message_id: given.messageId,
      to_jid: given.toJid,
      body: given.body,
      state: 'sending',
      epoch: given.epoch,
    },
    'deliveries_pkey',
  );
  if (inserted.kind === 'inserted') return inserted.row;
  const before = inserted.row;
  tx.lock('deliveries', before, 'no key update');
  if (before.state !== 'ready' && before.state !== 'sending') return undefined;
  return tx.update('deliveries', before, {
    state: 'sending',
    epoch: given.epoch,
    attempts: before.attempts + 1,
    resends: before.resends + (before.state === 'sending' ? 1 : 0),
    last_attempt_at: tx.now,
    concluded_at: null,
  });
}
