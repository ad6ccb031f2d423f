import {
  type MessageId,
  type SequenceId,
  stepKey,
  type SequenceContactId,
} from '@dripfleet/domain';
import {
  addOwnedDevice,
  addRun,
  addSequence,
  type Columns,
  type OwnedDevice,
  type Run,
  type TestStore,
} from '@dripfleet/testkit';
import type { BeginRow } from '../src/index.ts';

export const hello = stepKey('hello');

/** The message that a device worker rendered for a row: what begin binds it to, if nothing was bound before. */
export const messageOf = (id: SequenceContactId) => ({
  messageId: `3EB0A${String(id).padStart(17, '0')}` as MessageId,
  toJid: `1888${id}@s.whatsapp.net`,
  body: `Hello ${id}`,
});

/** One row that may begin: queued as dispatch 3 for a device that its worker owns. */
export type Ready = Readonly<{
  device: OwnedDevice;
  sequence: SequenceId;
  run: Run;
  row: BeginRow;
}>;

export type Overrides = Readonly<{ device?: Columns; run?: Columns; contact?: Columns }>;

export async function addReady(store: TestStore, overrides: Overrides = {}): Promise<Ready> {
  const device = await addOwnedDevice(store, { pacing_version: 2, ...overrides.device });
  const sequence = await addSequence(store);
  const run = await addRun(store, device.deviceId, {
    sequence_id: sequence,
    dispatch_state: 'queued',
    dispatch_seq: 3,
    assigned_worker_id: device.worker,
    worker_assigned_at: new Date(),
    ...overrides.run,
    ...(overrides.contact && { contact: overrides.contact }),
  });
  const row: BeginRow = {
    sequenceContactId: run.id,
    dispatchSeq: 3,
    stepKey: hello,
    deviceId: device.deviceId,
    epoch: device.epoch,
    pacingVersion: 2,
    ...messageOf(run.id),
  };
  return { device, sequence, run, row };
}
