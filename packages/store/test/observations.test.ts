import { durationMs, epoch, type MessageId, sequenceContactId, stepKey } from '@dripfleet/domain';
import {
  addDelivery,
  addDevice,
  addRun,
  addSequence,
  ago,
  changesOf,
  openTestStore,
  type TestStore,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  findOpenDeliveries,
  findTransmissions,
  type Receipt,
  type ReceivedDelivery,
  recordReceipts,
  refuseDelivery,
  type RefusedDelivery,
  type RefuseOutcome,
  returnToIdle,
} from '../src/index.ts';
import { addReady, hello, messageOf, type Ready } from './begin-fixture.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => await store.close());

const instant = expect.any(String) as string;
const runName = ({ run }: Ready): string => `sequence_contacts ${run.id}`;
const deliveryName = ({ run }: Ready): string => `deliveries ${run.id} hello`;
const idOf = ({ run }: Ready): MessageId => `3EB0${String(run.id).padStart(18, '0')}` as MessageId;

describe('recordReceipts', () => {
  async function record(receipts: readonly Receipt[]) {
    let found: readonly ReceivedDelivery[] = [];
    const changed = await changesOf(store, async () => {
      found = await recordReceipts(store.db, receipts);
    });
    return { found, changed };
  }

  test.each([
    ['ready', true],
    ['sending', true],
    ['uncertain', true],
    ['sent', false],
    ['failed', false],
    ['cancelled', false],
  ])('of a delivery that is %s: its time is stored, and open is %s', async (state, isOpen) => {
    // A receipt is the evidence that settles what nobody acknowledged; the run itself is moved by finish alone.
    const ready = await addReady(store);
    await addDelivery(store, ready.run, { state });
    const { found, changed } = await record([{ messageId: idOf(ready), kind: 'delivered' }]);
    expect(found).toEqual([
      {
        sequenceContactId: ready.run.id,
        stepKey: 'hello',
        messageId: idOf(ready),
        sequenceId: ready.sequence,
        version: 1,
        isOpen,
      },
    ]);
    expect(changed).toEqual({ [deliveryName(ready)]: { delivered_at: instant } });
  });

  test('read implies delivered, and comes once or twice in a batch alike', async () => {
    const ready = await addReady(store);
    await addDelivery(store, ready.run);
    const messageId = idOf(ready);
    const { found, changed } = await record([
      { messageId, kind: 'read' },
      { messageId, kind: 'delivered' },
      { messageId, kind: 'read' },
    ]);
    expect(found).toHaveLength(1);
    expect(changed).toEqual({ [deliveryName(ready)]: { delivered_at: instant, read_at: instant } });
  });

  test('the first time stays when a receipt comes again', async () => {
    const ready = await addReady(store);
    await addDelivery(store, ready.run, { delivered_at: ago(60_000), read_at: ago(30_000) });
    expect((await record([{ messageId: idOf(ready), kind: 'read' }])).changed).toEqual({});
  });

  test('ids that are not ours are ignored', async () => {
    const stranger = { messageId: '3EB0FFFFFFFFFFFFFFFFFF' as MessageId, kind: 'read' } as const;
    expect(await record([stranger])).toEqual({ found: [], changed: {} });
  });
});

describe('refuseDelivery', () => {
  async function refuse({ run, device }: Ready, changes: Partial<RefusedDelivery> = {}) {
    const { messageId, toJid } = messageOf(run.id);
    let outcome: RefuseOutcome | undefined;
    const changed = await changesOf(store, async () => {
      outcome = await refuseDelivery(store.db, device.worker, {
        sequenceContactId: run.id,
        dispatchSeq: 3,
        stepKey: hello,
        deviceId: device.deviceId,
        epoch: device.epoch,
        messageId,
        toJid,
        errorCode: 'too long',
        errorClass: 'content',
        move: { kind: 'next', stepKey: stepKey('tip'), dueIn: durationMs(1_000) },
        ...changes,
      });
    });
    return { outcome, changed };
  }
  const moved = { dispatch_state: 'idle', assigned_worker_id: null, worker_assigned_at: null };

  test('a row that processes died of waits for an operator, at its step', async () => {
    const ready = await addReady(store, { run: { crash_count: 3 } });
    const { outcome, changed } = await refuse(ready, {
      errorClass: 'poison',
      errorCode: '3 crashes',
      move: { kind: 'hold' },
    });
    expect(outcome).toEqual({ kind: 'refused' });
    expect(changed).toEqual({
      [runName(ready)]: { ...moved, dispatch_state: 'held', crash_count: 0 },
      [deliveryName(ready)]: expect.objectContaining({
        state: 'failed',
        error_class: 'poison',
        error_code: '3 crashes',
      }),
    });
  });

  test('fails the step without an attempt or a body, and goes on to the next', async () => {
    const ready = await addReady(store);
    const { outcome, changed } = await refuse(ready);
    expect(outcome).toEqual({ kind: 'refused' });
    expect(changed).toEqual({
      [runName(ready)]: { ...moved, next_step_key: 'tip', next_trigger_time: instant },
      [deliveryName(ready)]: expect.objectContaining({
        state: 'failed',
        attempts: 0,
        body: null,
        error_class: 'content',
        error_code: 'too long',
      }) as object,
    });
  });

  test.each([
    ['exit', { status: 'exited', exit_reason: 'too long' }],
    ['complete', { status: 'completed' }],
  ] as const)('%s ends the run', async (kind, columns) => {
    const ready = await addReady(store);
    expect((await refuse(ready, { move: { kind } })).changed[runName(ready)]).toEqual({
      ...moved,
      next_step_key: null,
      finished_at: instant,
      ...columns,
    });
  });

  test('what had an attempt that never left fails too', async () => {
    const ready = await addReady(store);
    await addDelivery(store, ready.run, { state: 'ready' });
    const { changed } = await refuse(ready);
    expect(changed[deliveryName(ready)]).toMatchObject({ state: 'failed', error_class: 'content' });
  });

  test.each([
    ['sending', 'stale'],
    ['sent', 'already_final'],
    ['uncertain', 'already_final'],
    ['cancelled', 'already_final'],
  ])('never what is %s: it may have arrived', async (state, kind) => {
    const ready = await addReady(store);
    await addDelivery(store, ready.run, { state });
    expect(await refuse(ready)).toEqual({ outcome: { kind }, changed: {} });
  });

  const stale: readonly [string, Partial<RefusedDelivery>, Record<string, unknown>][] = [
    ['an older dispatch', { dispatchSeq: 2 }, {}],
    ['another step', { stepKey: stepKey('tip') }, {}],
    ['a row that is idle again', {}, { dispatch_state: 'idle' }],
    ['a row that is being sent', {}, { dispatch_state: 'sending' }],
    ['a row that is not there', { sequenceContactId: sequenceContactId(2 ** 40) }, {}],
  ];
  test.each(stale)('%s is left alone', async (_, changes, run) => {
    const ready = await addReady(store, { run });
    expect(await refuse(ready, changes)).toEqual({ outcome: { kind: 'stale' }, changed: {} });
  });

  test('a row that another device has now is left to it, though the caller owns its own', async () => {
    const [ready, other] = [await addReady(store), await addReady(store)];
    const { deviceId, worker, epoch: at } = other.device;
    const device = { ...ready.device, worker };
    expect(await refuse({ ...ready, device }, { deviceId, epoch: at })).toEqual({
      outcome: { kind: 'stale' },
      changed: {},
    });
  });

  test.each([
    ['another worker owns the device', { owner_worker_id: null, owner_claimed_at: null }],
    ['the device was claimed anew', { owner_epoch: 8 }],
  ])('nothing when %s', async (_, device) => {
    // Guards: a worker that was cut off moving a row of the device's new owner.
    const ready = await addReady(store, { device });
    const epochBefore = { epoch: epoch(7) };
    expect(await refuse(ready, epochBefore)).toEqual({
      outcome: { kind: 'not_mine' },
      changed: {},
    });
  });

  const kept: readonly [
    string,
    Parameters<typeof addReady>[1],
    RefuseOutcome,
    Record<string, unknown>,
  ][] = [
    [
      'a paused device',
      { device: { desired_state: 'paused' } },
      { kind: 'device_not_running' },
      {},
    ],
    [
      'a person who was suppressed',
      { contact: { suppressed_at: new Date() } },
      { kind: 'exited', reason: 'suppressed' },
      { status: 'exited', exit_reason: 'suppressed', finished_at: instant },
    ],
    [
      'a person who never agreed',
      { contact: { consent_at: null } },
      { kind: 'exited', reason: 'no_consent' },
      { status: 'exited', exit_reason: 'no_consent', finished_at: instant },
    ],
    [
      'a run that has ended',
      { run: { status: 'exited' } },
      { kind: 'exited', reason: 'ended' },
      {},
    ],
  ];
  test.each(kept)('%s fails no step: the row is moved as begin moves it', async (...given) => {
    // Guards: a broken text that walks a paused fleet's contacts through to the end of their sequence.
    const [, overrides, outcome, columns] = given;
    const ready = await addReady(store, overrides);
    expect(await refuse(ready)).toEqual({
      outcome,
      changed: { [runName(ready)]: { ...moved, ...columns } },
    });
  });

  test('a paused sequence fails no step: its row is due again in 5 min', async () => {
    const ready = await addReady(store);
    await store.sql(`update sequences set status = 'paused' where id = $1`, [ready.sequence]);
    expect(await refuse(ready)).toEqual({
      outcome: { kind: 'later', reason: 'sequence_paused' },
      changed: { [runName(ready)]: { ...moved, next_trigger_time: instant } },
    });
    const [row] = await store.sql<{ seconds: number }>(
      `select extract(epoch from next_trigger_time - now())::float as seconds from sequence_contacts where id = $1`,
      [ready.run.id],
    );
    expect(row?.seconds).toBeGreaterThan(290);
  });

  test.each(['devices', 'contacts', 'sequence_contacts'] as const)(
    'a row of %s that another transaction holds is not waited for',
    async (table) => {
      const ready = await addReady(store);
      const { run } = ready;
      const ids = { devices: run.deviceId, contacts: run.contactId, sequence_contacts: run.id };
      const other = await store.connect();
      await other.sql('begin');
      await other.sql(`select from ${table} where id = $1 for update`, [ids[table]]);
      expect(await refuse(ready)).toEqual({ outcome: { kind: 'busy' }, changed: {} });
      await other.close();
    },
  );
});

describe('returnToIdle', () => {
  const back = async ({ run, device }: Ready, dispatchSeq = 3) => {
    let devices: unknown;
    const row = { sequenceContactId: run.id, deviceId: device.deviceId, dispatchSeq };
    const changed = await changesOf(store, async () => {
      devices = await returnToIdle(store.db, [row], 'unknown');
    });
    return { devices, changed };
  };

  test('puts a queued row back, due when it was', async () => {
    const ready = await addReady(store);
    expect(await back(ready)).toEqual({
      devices: [ready.device.deviceId],
      changed: {
        [runName(ready)]: {
          dispatch_state: 'idle',
          assigned_worker_id: null,
          worker_assigned_at: null,
        },
      },
    });
  });

  test('not when it was queued anew since: the new dispatch has its own job', async () => {
    const ready = await addReady(store, { run: { dispatch_seq: 4 } });
    expect(await back(ready)).toEqual({ devices: [], changed: {} });
  });

  test.each(['sending', 'held'])('not when it is %s', async (state) => {
    // Guards: reconcile putting a message in flight back into the queue.
    const ready = await addReady(store, { run: { dispatch_state: state } });
    expect(await back(ready)).toEqual({ devices: [], changed: {} });
  });
});

describe('findOpenDeliveries', () => {
  test('finds what is sending, whatever its epoch, the oldest first, with its receipt and age', async () => {
    const ready = await addReady(store, { run: { dispatch_state: 'sending' } });
    const { deviceId } = ready.device;
    const runs = [ready.run];
    for (const state of ['sending', 'ready', 'sent', 'uncertain', 'failed']) {
      const run = await addRun(store, deviceId, { sequence_id: ready.sequence });
      await addDelivery(store, run, {
        state,
        epoch: 2,
        attempts: 3,
        body: null,
        intent_at: ago(90_000),
        delivered_at: ago(1_000),
      });
      runs.push(run);
    }
    await addDelivery(store, ready.run, { intent_at: ago(30_000) });
    const open = await findOpenDeliveries(store.db, deviceId);
    expect(open).toEqual([
      expect.objectContaining({
        sequenceContactId: runs[1]?.id,
        attempt: 3,
        body: undefined,
        delivered: true,
      }),
      expect.objectContaining({
        sequenceContactId: ready.run.id,
        stepKey: 'hello',
        messageId: idOf(ready),
        body: 'bound before',
        attempt: 1,
        sequenceId: ready.sequence,
        version: 1,
        delivered: false,
      }),
    ]);
    expect(Math.round((open[0]?.age ?? 0) / 10_000)).toBe(9);
    expect(Math.round((open[1]?.age ?? 0) / 10_000)).toBe(3);
  });

  test('of this device only', async () => {
    const ready = await addReady(store, { run: { dispatch_state: 'sending' } });
    await addDelivery(store, ready.run);
    expect(await findOpenDeliveries(store.db, await addDevice(store))).toEqual([]);
  });
});

describe('findTransmissions', () => {
  test('one for each attempt within reach, oldest first, as ages; also what was begun under another epoch', async () => {
    // Guards: a cap passed after a take-over, because the messages of the earlier owner were not counted.
    const device = await addDevice(store);
    const sequence = await addSequence(store);
    const add = async (columns: Record<string, unknown>) =>
      await addDelivery(store, await addRun(store, device, { sequence_id: sequence }), columns);
    await add({ state: 'uncertain', last_attempt_at: ago(30_000), attempts: 2, epoch: 1 });
    await add({ state: 'sent', last_attempt_at: ago(50_000), acked_at: ago(40_000) });
    await add({ state: 'sent', last_attempt_at: ago(70_000), acked_at: ago(69_000) });
    const found = await findTransmissions(store.db, [
      { deviceId: device, reach: durationMs(60_000) },
    ]);
    const seconds = (ms: number | undefined) => ms && Math.round(ms / 1_000);
    expect(found.map(({ begun, acked }) => [seconds(begun), seconds(acked)])).toEqual([
      [50, 40],
      [30, undefined],
      [30, undefined],
    ]);
  });

  test('a step that was refused was never transmitted', async () => {
    const ready = await addReady(store);
    await refuseDelivery(store.db, ready.device.worker, {
      sequenceContactId: sequenceContactId(ready.run.id),
      dispatchSeq: 3,
      stepKey: hello,
      deviceId: ready.device.deviceId,
      epoch: epoch(7),
      ...messageOf(ready.run.id),
      errorCode: 'too long',
      errorClass: 'content',
      move: { kind: 'complete' },
    });
    const reach = durationMs(60_000);
    const wanted = [{ deviceId: ready.device.deviceId, reach }];
    expect(await findTransmissions(store.db, wanted)).toEqual([]);
  });
});
