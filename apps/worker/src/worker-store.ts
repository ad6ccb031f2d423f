import {
  type Clock,
  type DeviceId,
  type DurationMs,
  durationMs,
  type MessageId,
  type SequenceContactId,
  suspectFrom,
  type WorkerId,
} from '@dripfleet/domain';
import {
  adoptQueuedRows,
  Batcher,
  beginConfirmation,
  beginDeliveries,
  type BeginOutcome,
  type BeginRow,
  concludePairing,
  type ConcludeOutcome,
  type Confirmation,
  type ConfirmationFinish,
  type ConfirmationOutcome,
  type ConfirmationRequest,
  type Database,
  DatabaseError,
  type DeliveryContents,
  type Device,
  type Dispatch,
  emptyDevice,
  findConfirmations,
  findDevices,
  findMessage,
  findPairing,
  findOpenDeliveries,
  findIdleDevices,
  findQuietDevices,
  findTransmissions,
  finishConfirmation,
  finishDeliveries,
  type FinishOutcome,
  type FinishRow,
  findWantedDevices,
  getDefinitions,
  type HandFate,
  isolateRow,
  liftTimeLock,
  type LoadedDelivery,
  loadDeliveries,
  type OpenDelivery,
  type Pairing,
  type PastTransmission,
  type QueuedRow,
  type QuietDevice,
  type Receipt,
  type ReceivedDelivery,
  recordReceipts,
  refuseDelivery,
  type RefusedDelivery,
  type RefuseOutcome,
  restrictDevice,
  type Restriction,
  returnToIdle,
  type SessionReport,
  setSessionState,
  takeDueRow,
  showChallenge,
  type ShowOutcome,
  type StoredMessage,
  type TransmissionReach,
  type VersionRef,
  type WantedDevices,
} from '@dripfleet/store';
import type { Claim } from '@dripfleet/fleet';

/** What a worker asks of Postgres. What every message needs is batched over all devices of the process. */
export type WorkerStore = Readonly<{
  /** Without its contents from `suspectFrom` deaths on. */
  load(id: SequenceContactId): Promise<LoadedDelivery | undefined>;
  /** Throws `DatabaseError`; with `unreachable`, nobody knows whether the intent was committed. */
  begin(row: BeginRow): Promise<BeginOutcome>;
  /** Repeats until Postgres has answered, for a fact must not be lost; throws only what a repetition can't mend. */
  finish(row: FinishRow): Promise<FinishOutcome>;
  /** Resolves when no finish of this row is under way. */
  finishing(id: SequenceContactId): Promise<void>;
  recordReceipt(receipt: Receipt): Promise<ReceivedDelivery | undefined>;
  refuse(refused: RefusedDelivery): Promise<RefuseOutcome>;
  getDefinition(version: VersionRef): Promise<unknown>;
  findOpenDeliveries(device: DeviceId): Promise<readonly OpenDelivery[]>;
  findTransmissions(wanted: readonly TransmissionReach[]): Promise<readonly PastTransmission[]>;
  findDevices(devices: readonly DeviceId[]): Promise<readonly Device[]>;
  findWanted(options: Parameters<typeof findWantedDevices>[2]): Promise<WantedDevices>;
  findIdle(devices: readonly DeviceId[], horizon: DurationMs): Promise<readonly DeviceId[]>;
  findQuiet(age: DurationMs): Promise<readonly QuietDevice[]>;
  returnToIdle(rows: readonly QueuedRow[], fate: HandFate): Promise<readonly DeviceId[]>;
  /** The direct processor's way to a row; undefined when nothing is due. */
  takeDueRow(devices: readonly DeviceId[]): Promise<Dispatch | undefined>;
  /** Marks a row that is taken in hand alone, then loads its contents; undefined when its dispatch no longer stands. */
  isolate(
    row: Pick<QueuedRow, 'sequenceContactId' | 'dispatchSeq'>,
  ): Promise<DeliveryContents | undefined>;
  adoptQueuedRows(devices: readonly DeviceId[]): Promise<void>;
  emptyDevice(device: DeviceId): Promise<number>;
  setSessionState(claim: Claim, report: SessionReport): Promise<void>;
  restrictDevice(device: DeviceId, restriction: Restriction): Promise<void>;
  liftTimeLock(device: DeviceId): Promise<void>;
  findConfirmations(device: DeviceId): Promise<readonly Confirmation[]>;
  beginConfirmation(request: ConfirmationRequest): Promise<ConfirmationOutcome>;
  /** Repeats until Postgres has answered, as `finish` does. */
  finishConfirmation(finish: ConfirmationFinish): Promise<boolean>;
  findMessage(device: DeviceId, id: MessageId): Promise<StoredMessage | undefined>;
  findPairing(device: DeviceId): Promise<Pairing | undefined>;
  showChallenge(claim: Claim, challenge: Parameters<typeof showChallenge>[2]): Promise<ShowOutcome>;
  /** Repeats until Postgres has answered: the phone has linked the device by then. */
  concludePairing(
    claim: Claim,
    conclusion: Parameters<typeof concludePairing>[2],
  ): Promise<ConcludeOutcome>;
}>;

/** A batch holds at most 256 rows and one row per device. */
const sizeMax = 256;
const finishRetry = durationMs(500);

/** Binds the store's functions to a database for one worker. `giveUp` ends the repetition of finish at exit. */
export function workerStore(
  db: Database,
  { worker, clock, giveUp }: { worker: WorkerId; clock: Clock; giveUp: AbortSignal },
): WorkerStore {
  const { loads, begins, finishes, receipts } = batchers(db, worker);
  const pending = new Map<SequenceContactId, Promise<FinishOutcome>>();
  return {
    load: async (id) => (await loads.add(id)).loaded,
    begin: (row) => begins.add(row),
    finish: async (row) => {
      const finishing = repeatUntilAnswered(() => finishes.add(row), { clock, giveUp });
      pending.set(row.sequenceContactId, finishing);
      try {
        return await finishing;
      } finally {
        if (pending.get(row.sequenceContactId) === finishing) pending.delete(row.sequenceContactId);
      }
    },
    finishing: async (id) => {
      await pending.get(id)?.catch(() => {});
    },
    recordReceipt: async (receipt) => (await receipts.add(receipt)).received,
    refuse: (refused) => refuseDelivery(db, worker, refused),
    getDefinition: async (version) => (await getDefinitions(db, [version]))[0]?.definition,
    findOpenDeliveries: (device) => findOpenDeliveries(db, device),
    findTransmissions: (wanted) => findTransmissions(db, wanted),
    findDevices: (devices) => findDevices(db, devices),
    findWanted: (options) => findWantedDevices(db, worker, options),
    findIdle: (devices, horizon) => findIdleDevices(db, devices, horizon),
    findQuiet: (age) => findQuietDevices(db, worker, age),
    returnToIdle: (rows, fate) => returnToIdle(db, rows, fate),
    takeDueRow: (devices) => takeDueRow(db, worker, devices),
    isolate: async (row) => {
      if (!(await isolateRow(db, row))) return undefined;
      return (await loadDeliveries(db, [row.sequenceContactId]))[0]?.contents;
    },
    adoptQueuedRows: (devices) => adoptQueuedRows(db, worker, devices),
    emptyDevice: (device) => emptyDevice(db, device),
    setSessionState: (claim, report) => setSessionState(db, claim, report),
    restrictDevice: (device, restriction) => restrictDevice(db, device, restriction),
    liftTimeLock: (device) => liftTimeLock(db, device),
    findConfirmations: (device) => findConfirmations(db, device),
    beginConfirmation: (request) => beginConfirmation(db, worker, request),
    finishConfirmation: (finish) =>
      repeatUntilAnswered(() => finishConfirmation(db, finish), { clock, giveUp }),
    findMessage: (device, id) => findMessage(db, device, id),
    findPairing: (device) => findPairing(db, device),
    showChallenge: (claim, challenge) => showChallenge(db, claim, challenge),
    concludePairing: (claim, conclusion) =>
      repeatUntilAnswered(() => concludePairing(db, claim, conclusion), { clock, giveUp }),
  };
}

/** What every message asks, one statement for all devices that ask at once. */
function batchers(db: Database, worker: WorkerId) {
  const loads = new Batcher(
    async (ids: readonly SequenceContactId[]) => {
      const found = new Map(
        (await loadDeliveries(db, ids, { leaveFrom: suspectFrom })).map((row) => [
          row.sequenceContactId,
          row,
        ]),
      );
      return ids.map((id) => ({ loaded: found.get(id) }));
    },
    { sizeMax, keyOf: (id) => id },
  );
  const begins = new Batcher((rows: readonly BeginRow[]) => beginDeliveries(db, worker, rows), {
    sizeMax,
    keyOf: (row) => row.deviceId,
  });
  const finishes = new Batcher((rows: readonly FinishRow[]) => finishDeliveries(db, rows), {
    sizeMax,
    keyOf: (row) => row.sequenceContactId,
  });
  const receipts = new Batcher(
    async (given: readonly Receipt[]) => {
      const found = new Map((await recordReceipts(db, given)).map((row) => [row.messageId, row]));
      return given.map((receipt) => ({ received: found.get(receipt.messageId) }));
    },
    { sizeMax, keyOf: (receipt) => `${receipt.messageId} ${receipt.kind}` },
  );
  return { loads, begins, finishes, receipts };
}

async function repeatUntilAnswered<Outcome>(
  ask: () => Promise<Outcome>,
  { clock, giveUp }: { clock: Clock; giveUp: AbortSignal },
): Promise<Outcome> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const again =
        error instanceof DatabaseError &&
        (error.code === 'unreachable' || error.code === 'conflict');
      if (!again) throw error;
      await clock.sleep(finishRetry, giveUp);
    }
  }
}
