import {
  deviceId,
  durationMs,
  type MessageId,
  sequenceContactId,
  sequenceId,
  suspectFrom,
} from '@dripfleet/domain';
import {
  findMessage,
  findOpenDeliveries,
  findStaleQueued,
  findTransmissions,
  getDefinitions,
  isolateRow,
  loadDeliveries,
  queueDue,
  returnToIdle,
} from '@dripfleet/store';
import { drawDevice, drawDevices, nearly, drawRun } from './draw-values.ts';
import { operation, type Drawings, type View } from './operation.ts';

/** What puts rows in queues and takes them back, and what is read of them; by how often each is drawn. */
export const dispatchOperations: Drawings = [
  [8, drawSelect],
  [6, drawReturn],
  [3, drawIsolate],
  [2, drawStale],
  [2, drawTransmissions],
  [
    2,
    (view) =>
      operation(
        'loadDeliveries',
        view.state.sequence_contacts
          .filter(() => view.random.chance(50))
          .map(({ id }) => sequenceContactId(id)),
        (db, ids) => loadDeliveries(db, ids, { leaveFrom: suspectFrom }),
      ),
  ],
  [
    2,
    (view) =>
      operation('findOpenDeliveries', deviceId(drawDevice(view).id), (db, id) =>
        findOpenDeliveries(db, id),
      ),
  ],
  [1, drawMessage],
  [
    1,
    (view) =>
      operation(
        'getDefinitions',
        view.state.sequence_versions
          .filter(() => view.random.chance(60))
          .map((row) => ({ sequenceId: sequenceId(row.sequence_id), version: row.version })),
        (db, refs) => getDefinitions(db, refs),
      ),
  ],
];

function drawSelect(view: View) {
  const { random } = view;
  const shards = [drawDevice(view).id % 64, drawDevice(view).id % 64];
  const input = {
    shards: [...new Set(shards)],
    devices: random.chance(50) ? drawDevices(view) : undefined,
    queueSize: random.pick([0, 1, 2, 3, 20]),
    engine: random.chance(90) ? ('workers' as const) : ('direct' as const),
  };
  return operation('queueDue', input, (db, all) => queueDue(db, all));
}

function drawReturn(view: View) {
  const { random, state } = view;
  const rows = state.sequence_contacts
    .filter((row) => (row.dispatch_state === 'queued' ? random.chance(60) : random.chance(10)))
    .map((row) => ({
      sequenceContactId: sequenceContactId(row.id),
      deviceId: deviceId(row.device_id),
      dispatchSeq: nearly(random, row.dispatch_seq),
    }));
  const fate = random.pick(['survived', 'crashed', 'unknown'] as const);
  return operation('returnToIdle', { rows, fate }, (db, all) =>
    returnToIdle(db, all.rows, all.fate),
  );
}

function drawIsolate(view: View) {
  const run = drawRun(view, 'queued');
  if (!run) return undefined;
  const input = {
    sequenceContactId: sequenceContactId(run.id),
    dispatchSeq: nearly(view.random, run.dispatch_seq),
  };
  return operation('isolateRow', input, (db, row) => isolateRow(db, row));
}

function drawStale(view: View) {
  const input = {
    age: durationMs(view.random.pick([0, 60_000])),
    // All of a page, for which of a device's rows come first is left open.
    limit: 100,
    after: deviceId(view.random.int(3)),
  };
  return operation('findStaleQueued', input, (db, all) => findStaleQueued(db, all));
}

function drawTransmissions(view: View) {
  const reaches = drawDevices(view).map((id) => ({
    deviceId: id,
    reach: durationMs(view.random.pick([5_000, 3_600_500, 400_000_000])),
  }));
  return operation('findTransmissions', reaches, (db, all) => findTransmissions(db, all));
}

function drawMessage(view: View) {
  const { random, state } = view;
  if (state.deliveries.length === 0) return undefined;
  const delivery = random.pick(state.deliveries);
  const input = {
    device: deviceId(random.chance(85) ? delivery.device_id : 1),
    id: delivery.message_id as MessageId,
  };
  return operation('findMessage', input, (db, all) => findMessage(db, all.device, all.id));
}
