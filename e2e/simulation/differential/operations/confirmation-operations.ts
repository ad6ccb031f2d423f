import { deviceId, durationMs, sequenceContactId } from '@dripfleet/domain';
import { beginConfirmation, findConfirmations, finishConfirmation } from '@dripfleet/store';
import { drawDevice, drawEpoch, drawWorker, isOwned, nearly } from './draw-values.ts';
import { operation, type View, type Drawings } from './operation.ts';

/** The confirmations of opt-outs; by how often each is drawn. */
export const confirmationOperations: Drawings = [
  [5, drawBeginConfirmation],
  [5, drawFinishConfirmation],
  [
    2,
    (view) =>
      operation('findConfirmations', deviceId(drawDevice(view).id), (db, id) =>
        findConfirmations(db, id),
      ),
  ],
];

function drawBeginConfirmation(view: View) {
  const { random, state } = view;
  const delivery = drawConfirmation(view);
  if (!delivery) return undefined;
  const device = state.devices.find(({ id }) => id === delivery.device_id);
  const request = {
    sequenceContactId: sequenceContactId(delivery.sequence_contact_id),
    cycle: nearly(random, delivery.cycle),
    deviceId: deviceId(random.chance(90) ? delivery.device_id : drawDevice(view).id),
    epoch: drawEpoch(view, device),
    pacingVersion: nearly(random, device?.pacing_version ?? 0),
    ageMax: durationMs(random.pick([1_500, 86_400_000])),
  };
  const input = { worker: drawWorker(view, device), request };
  return operation('beginConfirmation', input, (db, all) =>
    beginConfirmation(db, all.worker, all.request),
  );
}

function drawFinishConfirmation(view: View) {
  const { random } = view;
  const delivery = drawConfirmation(view);
  if (!delivery) return undefined;
  const state = random.pick(['sent', 'ready', 'failed', 'uncertain'] as const);
  const finish = {
    sequenceContactId: sequenceContactId(delivery.sequence_contact_id),
    cycle: nearly(random, delivery.cycle),
    attempt: nearly(random, delivery.attempts),
    state,
    error: state === 'sent' ? undefined : { class: 'not_sent' as const, code: 'told' },
  };
  return operation('finishConfirmation', finish, (db, all) => finishConfirmation(db, all));
}

function drawConfirmation({ random, state }: View) {
  const all = state.deliveries.filter((row) => row.step_key === 'opt-out');
  const open = all.filter((row) => row.state === 'ready' && isOwned(state, row.device_id));
  if (open.length > 0 && random.chance(70)) return random.pick(open);
  return all.length === 0 ? undefined : random.pick(all);
}
