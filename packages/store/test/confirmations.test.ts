import { durationMs, epoch, type MessageId } from '@dripfleet/domain';
import {
  addConfirmation,
  addDelivery,
  addOwnedDevice,
  addRun,
  addSequence,
  addWorker,
  ago,
  changesOf,
  type Columns,
  openTestStore,
  type OwnedDevice,
  type Run,
  type TestConnection,
  type TestStore,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  beginConfirmation,
  type ConfirmationOutcome,
  type Database,
  findConfirmations,
  findOpenDeliveries,
  findTransmissions,
  finishConfirmation,
  openDatabase,
  recordReceipts,
} from '../src/index.ts';

let store: TestStore;
/** Fails at once where it would have to wait for a lock. */
let impatient: Database;
let other: TestConnection;

beforeAll(async () => {
  store = await openTestStore({ connectionsMax: 8 });
  impatient = openDatabase({ url: store.url, applicationName: 'impatient', lockTimeout: 1 });
  other = await store.connect();
});
afterAll(async () => {
  await impatient.close();
  await other.close();
  await store.close();
});

type Waiting = Readonly<{ device: OwnedDevice; run: Run }>;

/** A contact that opted out a minute ago, and its confirmation, which its device may send. */
async function addWaiting({
  device: deviceColumns = {},
  contact = {},
  confirmation = {},
}: { device?: Columns; contact?: Columns; confirmation?: Columns } = {}): Promise<Waiting> {
  const device = await addOwnedDevice(store, { pacing_version: 2, ...deviceColumns });
  const optedOutAt = ago(60_000);
  const run = await addRun(store, device.deviceId, {
    sequence_id: await addSequence(store),
    status: 'exited',
    exit_reason: 'suppressed',
    contact: { suppressed_at: optedOutAt, ...contact },
  });
  await addConfirmation(store, run, { intent_at: optedOutAt, ...confirmation });
  return { device, run };
}

const day = durationMs(86_400_000);
const begin = async (
  { device, run }: Waiting,
  changes: Partial<Parameters<typeof beginConfirmation>[2]> = {},
  db: Database = store.db,
): Promise<ConfirmationOutcome> =>
  await beginConfirmation(db, device.worker, {
    sequenceContactId: run.id,
    cycle: 0,
    deviceId: device.deviceId,
    epoch: device.epoch,
    pacingVersion: 2,
    ageMax: day,
    ...changes,
  });

const rowOf = async ({ run }: Waiting, cycle = 0) => {
  const [row] = await store.sql<Record<string, unknown>>(
    `select state, attempts, error_class, error_code, acked_at is not null as acked
       from deliveries where sequence_contact_id = $1 and step_key = 'opt-out' and cycle = $2`,
    [run.id, cycle],
  );
  return row;
};

describe('beginning a confirmation', () => {
  it('commits the intent, with the id and bytes that it was bound to', async () => {
    const waiting = await addWaiting();
    const changed = await changesOf(store, async () => {
      expect(await begin(waiting)).toEqual({
        kind: 'begun',
        messageId: `3EB0C0${String(waiting.run.id).padStart(16, '0')}`,
        toJid: expect.stringContaining('@s.whatsapp.net'),
        body: 'You are out',
        attempt: 1,
      });
    });
    // Guards: a contact's run that ended must not be moved by what ends it.
    expect(changed).toEqual({
      [`deliveries ${waiting.run.id} opt-out`]: {
        state: 'sending',
        epoch: 7,
        attempts: 1,
        last_attempt_at: expect.any(String),
      },
    });
  });

  it('happens once, however many ask at the same time', async () => {
    for (let round = 0; round < 20; round += 1) {
      const waiting = await addWaiting();
      const outcomes = await Promise.all(Array.from({ length: 6 }, () => begin(waiting)));
      expect(outcomes.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
      expect(await rowOf(waiting)).toMatchObject({ state: 'sending', attempts: 1 });
    }
  });

  const notNow: readonly [
    string,
    Parameters<typeof addWaiting>[0] & { request?: Parameters<typeof begin>[1] },
    string,
  ][] = [
    ['another owns the device', { request: { epoch: epoch(6) } }, 'not_mine'],
    ['the device is paused', { device: { desired_state: 'paused' } }, 'device_not_running'],
    ['the account is refused', { device: { session_state: 'restricted' } }, 'device_not_running'],
    ['it was paced by another pacing', { request: { pacingVersion: 1 } }, 'pacing_changed'],
    ['it was sent', { confirmation: { state: 'sent' } }, 'stale'],
    ['it is being sent', { confirmation: { state: 'sending' } }, 'stale'],
    ['it is doubtful whether it was sent', { confirmation: { state: 'uncertain' } }, 'stale'],
    ['there is none', { request: { cycle: 9 } }, 'stale'],
  ];

  it.each(notNow)('changes nothing when %s', async (_, { request, ...columns }, kind) => {
    const waiting = await addWaiting(columns);
    const changed = await changesOf(store, async () => {
      expect(await begin(waiting, request)).toEqual({ kind });
    });
    expect(changed).toEqual({});
  });

  it('refuses a worker that does not own the device', async () => {
    const waiting = await addWaiting();
    const worker = await addWorker(store);
    expect(await begin({ ...waiting, device: { ...waiting.device, worker } })).toEqual({
      kind: 'not_mine',
    });
  });

  it('is not sent from another number than the one that was written to', async () => {
    const waiting = await addWaiting();
    const another = await addOwnedDevice(store, { pacing_version: 2 });
    expect(await begin({ ...waiting, device: another })).toEqual({ kind: 'stale' });
  });

  it.each<[string, Parameters<typeof addWaiting>[0], string]>([
    ['the contact was let in again', { contact: { suppressed_at: null } }, 'revoked'],
    ['the contact opted out once more', { contact: { suppressed_at: ago(1_000) } }, 'revoked'],
    [
      'it is older than a day',
      {
        contact: { suppressed_at: ago(86_500_000) },
        confirmation: { intent_at: ago(86_500_000) },
      },
      'too_old',
    ],
  ])('cancels it when %s', async (_, columns, reason) => {
    const waiting = await addWaiting(columns);
    expect(await begin(waiting)).toEqual({ kind: 'cancelled', reason });
    expect(await rowOf(waiting)).toMatchObject({ state: 'cancelled', error_code: reason });
    expect(await begin(waiting)).toEqual({ kind: 'stale' });
  });

  it.each<[string, (waiting: Waiting) => number]>([
    ['devices', ({ device }) => device.deviceId],
    ['contacts', ({ run }) => run.contactId],
  ])('waits for nobody who holds a row of %s', async (table, idOf) => {
    // Guards: a device that stands still because an operator's transaction holds its row.
    const waiting = await addWaiting();
    await other.sql('begin');
    await other.sql(`select from ${table} where id = $1 for no key update`, [idOf(waiting)]);
    try {
      expect(await begin(waiting, {}, impatient)).toEqual({ kind: 'busy' });
    } finally {
      await other.sql('rollback');
    }
    expect(await begin(waiting, {}, impatient)).toMatchObject({ kind: 'begun' });
  });

  it('sees an unsuppression that has the contact first', async () => {
    const waiting = await addWaiting();
    await other.sql('begin');
    await other.sql('update contacts set suppressed_at = null where id = $1', [
      waiting.run.contactId,
    ]);
    expect(await begin(waiting)).toEqual({ kind: 'busy' });
    await other.sql('commit');
    expect(await begin(waiting)).toEqual({ kind: 'cancelled', reason: 'revoked' });
  });
});

describe('finishing a confirmation', () => {
  const finish = async (
    { run }: Waiting,
    state: Parameters<typeof finishConfirmation>[1]['state'],
    attempt = 1,
  ) =>
    await finishConfirmation(store.db, {
      sequenceContactId: run.id,
      cycle: 0,
      attempt,
      state,
      error: state === 'sent' ? undefined : { class: 'not_sent', code: 'fenced' },
    });

  it('stores the acknowledgement, once', async () => {
    const waiting = await addWaiting();
    await begin(waiting);
    expect([await finish(waiting, 'sent'), await finish(waiting, 'sent')]).toEqual([true, false]);
    expect(await rowOf(waiting)).toMatchObject({ state: 'sent', acked: true, error_class: null });
    expect(await finish(waiting, 'uncertain')).toBe(false);
  });

  it('puts it back when nothing left, to begin once more under its id', async () => {
    const waiting = await addWaiting();
    await begin(waiting);
    expect(await finish(waiting, 'ready')).toBe(true);
    expect(await begin(waiting)).toMatchObject({ kind: 'begun', attempt: 2 });
    // A late word on the first attempt.
    expect(await finish(waiting, 'failed', 1)).toBe(false);
    expect(await rowOf(waiting)).toMatchObject({ state: 'sending', attempts: 2 });
  });

  it('lets a late acknowledgement settle a doubt, and nothing else', async () => {
    const waiting = await addWaiting();
    await begin(waiting);
    await finish(waiting, 'uncertain');
    expect(await finish(waiting, 'ready')).toBe(false);
    expect(await finish(waiting, 'sent')).toBe(true);
  });
});

describe('what reads deliveries', () => {
  it('finds what waits and what is doubtful on a device, the oldest first, and nothing else', async () => {
    const waiting = await addWaiting();
    const { device, run } = waiting;
    await addConfirmation(store, run, { cycle: 1, state: 'sending', attempts: 1 });
    await addConfirmation(store, run, { cycle: 2, state: 'sent', attempts: 1 });
    await addDelivery(store, run, { state: 'ready' });
    const id = run.id;
    expect(await findConfirmations(store.db, device.deviceId)).toEqual([
      { sequenceContactId: id, cycle: 0, state: 'ready', attempts: 0, age: expect.any(Number) },
      { sequenceContactId: id, cycle: 1, state: 'sending', attempts: 1, age: expect.any(Number) },
    ]);
  });

  it('never takes a confirmation for a step that recovery must settle', async () => {
    const waiting = await addWaiting();
    await begin(waiting);
    expect(await findOpenDeliveries(store.db, waiting.device.deviceId)).toEqual([]);
  });

  it('counts it in the pacing of its device once it has begun', async () => {
    const waiting = await addWaiting();
    const wanted = [{ deviceId: waiting.device.deviceId, reach: day }];
    expect(await findTransmissions(store.db, wanted)).toEqual([]);
    await begin(waiting);
    expect(await findTransmissions(store.db, wanted)).toHaveLength(1);
  });

  it('keeps its device wanted until it has left', async () => {
    const waiting = await addWaiting();
    const since = async () =>
      (
        await store.sql<{ since: Date | null }>("select since from device_work($1, '1 min')", [
          waiting.device.deviceId,
        ])
      )[0]?.since;
    expect(await since()).toBeInstanceOf(Date);
    await store.sql("update deliveries set state = 'sent' where sequence_contact_id = $1", [
      waiting.run.id,
    ]);
    expect(await since()).toBeNull();
  });

  it.each(['sending', 'uncertain'])('lets a receipt prove one that is %s', async (state) => {
    // Guards: a receipt for the second cycle that finishes the first, as the usual path would.
    const waiting = await addWaiting({ confirmation: { state: 'cancelled' } });
    await addConfirmation(store, waiting.run, { cycle: 1, state, attempts: 1 });
    const messageId = `3EB0C1${String(waiting.run.id).padStart(16, '0')}` as MessageId;
    const received = await recordReceipts(store.db, [{ messageId, kind: 'read' }]);
    expect(received).toMatchObject([{ messageId, isOpen: false }]);
    expect(await rowOf(waiting, 0)).toMatchObject({ state: 'cancelled' });
    expect(await rowOf(waiting, 1)).toMatchObject({ state: 'sent', acked: true });
  });
});
