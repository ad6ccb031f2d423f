import {
  deviceId,
  durationMs,
  type MessageId,
  messageId,
  type SequenceContactId,
  sequenceContactId,
  type StepKey,
  stepKey,
} from '@dripfleet/domain';
import {
  beginDeliveries,
  type BeginRow,
  finishDeliveries,
  type FinishRow,
  recordReceipts,
  refuseDelivery,
} from '@dripfleet/store';
import type { DeliveryRow, SequenceContactRow } from '../../database/rows.ts';
import { stepKeys, worldSecret } from '../world/world-facts.ts';
import { drawEpoch, drawWorker, nearly, drawRun } from './draw-values.ts';
import { operation, type View, type Drawings } from './operation.ts';

/** The decision about a message, the fact about it, and what its recipient's phone reports; by how often each is drawn. */
export const deliveryOperations: Drawings = [
  [14, drawBegin],
  [14, drawFinish],
  [6, drawRefuse],
  [5, drawReceipts],
];

function drawBegin(view: View) {
  const { random } = view;
  const rows: BeginRow[] = [];
  const count = random.weighted([
    [4, 1],
    [2, 2],
    [1, 3],
  ] as const);
  for (let made = 0; made < count; made += 1) {
    const run = drawRun(view, 'queued', 'sending');
    // One row a device, and each contact's run once.
    if (
      !run ||
      rows.some((row) => row.deviceId === run.device_id || row.sequenceContactId === run.id)
    )
      continue;
    rows.push(beginRow(view, run));
  }
  const [first] = rows;
  if (!first) return undefined;
  const device = view.state.devices.find(({ id }) => id === first.deviceId);
  const input = { worker: drawWorker(view, device), rows };
  return operation('beginDeliveries', input, (db, all) =>
    beginDeliveries(db, all.worker, all.rows),
  );
}

function beginRow(view: View, run: SequenceContactRow): BeginRow {
  const { random, state } = view;
  const device = state.devices.find(({ id }) => id === run.device_id);
  const key = drawStep(view, run);
  const id = sequenceContactId(random.chance(98) ? run.id : 999);
  const isResend = run.dispatch_state === 'sending' ? random.chance(90) : random.chance(8);
  return {
    sequenceContactId: id,
    dispatchSeq: isResend ? 'resend' : nearly(random, run.dispatch_seq),
    stepKey: key,
    deviceId: deviceId(run.device_id),
    epoch: drawEpoch(view, device),
    pacingVersion: nearly(random, device?.pacing_version ?? 0),
    messageId: random.chance(98) ? messageOf(id, key) : messageOf(sequenceContactId(1), key),
    toJid: `1777${id}@s.whatsapp.net`,
    body: `text ${view.unique()}`,
  };
}

function drawFinish(view: View) {
  const { random, state } = view;
  const rows: FinishRow[] = [];
  const count = random.weighted([
    [4, 1],
    [2, 2],
    [1, 3],
  ] as const);
  for (let made = 0; made < count; made += 1) {
    const open = state.deliveries.filter((row) => row.state === 'sending' && row.cycle === 0);
    const from = open.length > 0 && random.chance(75) ? open : state.deliveries;
    if (from.length === 0) continue;
    const row = finishRow(view, random.pick(from));
    if (rows.some((other) => other.sequenceContactId === row.sequenceContactId)) continue;
    rows.push(row);
  }
  if (rows.length === 0) return undefined;
  return operation('finishDeliveries', { rows }, (db, all) => finishDeliveries(db, all.rows));
}

function finishRow(view: View, delivery: DeliveryRow): FinishRow {
  const { random } = view;
  const state = random.weighted([
    [6, 'sent'],
    [2, 'ready'],
    [2, 'sending'],
    [2, 'failed'],
    [2, 'uncertain'],
    [1, 'cancelled'],
  ] as const);
  const error =
    state === 'sent'
      ? undefined
      : { class: random.pick(['not_sent', 'unconfirmed', 'contact'] as const), code: 'told' };
  return {
    sequenceContactId: sequenceContactId(random.chance(98) ? delivery.sequence_contact_id : 999),
    stepKey: random.chance(95) ? stepKey(delivery.step_key) : random.pick(stepKeys),
    attempt: random.chance(25) ? undefined : nearly(random, delivery.attempts),
    state,
    error,
    move: drawMove(view),
  };
}

/** No two due at the same instant. */
function drawMove(view: View): FinishRow['move'] {
  const { random } = view;
  const dueIn = durationMs(random.pick([0, 60_000, 3_600_000]) + view.unique());
  return random.weighted<FinishRow['move']>([
    [5, { kind: 'next', stepKey: random.pick(stepKeys), dueIn }],
    [2, { kind: 'wait', dueIn }],
    [1, { kind: 'hold' }],
    [1, { kind: 'exit' }],
    [2, { kind: 'complete' }],
  ]);
}

function drawRefuse(view: View) {
  const { random, state } = view;
  const run = drawRun(view, 'queued');
  if (!run) return undefined;
  const device = state.devices.find(({ id }) => id === run.device_id);
  const key = drawStep(view, run);
  const move = drawMove(view);
  const id = sequenceContactId(run.id);
  const refused = {
    sequenceContactId: id,
    dispatchSeq: nearly(random, run.dispatch_seq),
    stepKey: key,
    deviceId: deviceId(run.device_id),
    epoch: drawEpoch(view, device),
    messageId: messageOf(id, key),
    toJid: `1777${id}@s.whatsapp.net`,
    errorCode: 'unrenderable',
    errorClass: random.pick(['content', 'poison'] as const),
    move: move.kind === 'wait' ? ({ kind: 'hold' } as const) : move,
  };
  const input = { worker: drawWorker(view, device), refused };
  return operation('refuseDelivery', input, (db, all) =>
    refuseDelivery(db, all.worker, all.refused),
  );
}

function drawReceipts({ random, state }: View) {
  const receipts = state.deliveries
    .filter(() => random.chance(25))
    .map((row) => ({
      messageId: row.message_id as MessageId,
      kind: random.pick(['delivered', 'read'] as const),
    }));
  const twice = receipts.filter(() => random.chance(20));
  return operation('recordReceipts', [...receipts, ...twice], (db, all) => recordReceipts(db, all));
}

function drawStep({ random }: View, run: SequenceContactRow): StepKey {
  return run.next_step_key !== null && random.chance(92)
    ? stepKey(run.next_step_key)
    : random.pick(stepKeys);
}

function messageOf(id: SequenceContactId, key: StepKey): MessageId {
  return messageId(worldSecret, { sequenceContactId: id, stepKey: key, cycle: 0 });
}
