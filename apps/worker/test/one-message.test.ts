import {
  type DeviceId,
  durationMs,
  epoch,
  phoneOfJid,
  type SendResult,
  type SequenceContactId,
  type SequenceId,
  stepKey,
} from '@dripfleet/domain';
import { DatabaseError, findDevices } from '@dripfleet/store';
import {
  addDelivery,
  addDevice,
  addRun,
  addSequence,
  type Columns,
  type Run,
} from '@dripfleet/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DeviceContext, WorkerDeps } from '../src/device-context.ts';
import { DevicePacer } from '../src/device-pacer.ts';
import type { WorkerEvent } from '../src/events.ts';
import { Receipts } from '../src/receipts.ts';
import { recover } from '../src/recover.ts';
import { sendDelivery } from '../src/send-delivery.ts';
import { workerStore } from '../src/worker-store.ts';
import { type Bench, openBench, startWorker, type TestWorker } from './worker-fixture.ts';

let bench: Bench;
let sequence: SequenceId;
let worker: TestWorker;
beforeAll(async () => {
  bench = await openBench();
  sequence = await addSequence(bench.store);
});
afterAll(async () => await bench.close());
afterEach(async () => {
  await worker.stop();
  await bench.store.sql(`update sequence_contacts set status = 'exited', dispatch_state = 'idle'`);
  await bench.store.sql(`update deliveries set state = 'cancelled' where state = 'sending'`);
});

const isGone = (error: unknown): never => {
  throw error;
};
const unreachable = () =>
  new DatabaseError('no answer', {
    code: 'unreachable',
    sqlState: undefined,
    constraint: undefined,
  });

/** One step on the way of a message, without the loops around it: a session that says `answer` once its gate lets it. */
describe('one message', () => {
  let device: DeviceId;
  let context: DeviceContext;
  let answer: SendResult;
  /** Texts that passed the gate. */
  let written: string[];
  beforeEach(async () => {
    worker = await startWorker(bench);
    device = await addDevice(bench.store, { owner_worker_id: worker.worker, owner_epoch: 7 });
    const [row] = await findDevices(bench.store.db, [device]);
    if (!row) throw new Error('no device');
    answer = { kind: 'unconfirmed', reason: 'ack_timeout' };
    written = [];
    context = {
      claim: {
        deviceId: device,
        worker: worker.worker,
        epoch: epoch(7),
        generation: 1,
        previousOwner: undefined,
      },
      device: row,
      pacer: new DevicePacer(
        device,
        { caps: [], gap: { min: durationMs(60_000), max: durationMs(60_000) } },
        { past: [], monotonic: 0 },
      ),
    };
  });

  const session: Parameters<typeof recover>[0] = {
    caughtUp: Promise.resolve(),
    send: (message, gate) => {
      const reason = gate();
      if (reason) return Promise.resolve({ kind: 'not_sent', reason });
      written.push(message.body);
      return Promise.resolve(answer);
    },
    close: () => Promise.resolve(),
    terminate: () => {},
  };
  const addQueued = async (columns: Columns = {}): Promise<Run> =>
    await addRun(bench.store, device, {
      sequence_id: sequence,
      dispatch_state: 'queued',
      dispatch_seq: 1,
      ...columns,
    });
  const addOpen = async (delivery: Columns = {}, columns: Columns = {}): Promise<Run> => {
    const run = await addQueued({ dispatch_state: 'sending', ...columns });
    await addDelivery(bench.store, run, delivery);
    return run;
  };
  const sendOne = async (id: SequenceContactId, changes: Partial<WorkerDeps> = {}) =>
    await sendDelivery(
      { sequenceContactId: id, dispatchSeq: 1, stepKey: stepKey('hello') },
      session,
      { context, deps: { ...worker.device, ...changes } },
    );
  const recoverAll = async (
    changes: Partial<WorkerDeps> = {},
    waitForPace = () => Promise.resolve(true),
  ) => await recover(session, { context, deps: { ...worker.device, ...changes }, waitForPace });
  const rowOf = async ({ id }: Run) =>
    (
      await bench.store.sql(
        `select s.dispatch_state, s.next_step_key, s.crash_count, l.state, l.error_class, l.error_code
           from sequence_contacts s left join deliveries l on l.sequence_contact_id = s.id and l.step_key = 'hello'
          where s.id = $1`,
        [id],
      )
    )[0];

  test('of a worker that was fenced since begin is not written', async () => {
    const run = await addQueued();
    await sendOne(run.id, { heartbeat: { isTrusted: () => false } });
    expect(written).toEqual([]);
    expect(await rowOf(run)).toMatchObject({ state: 'ready', error_code: 'fenced' });
  });

  test('to somebody whose stop was just heard is not written', async () => {
    const run = await addQueued();
    const [row] = await bench.store.sql<{ phone: string }>(
      'select phone from contacts where id = $1',
      [run.contactId],
    );
    const from = phoneOfJid(`${row?.phone.slice(1)}@s.whatsapp.net`);
    const stop = () =>
      worker.device.inbound.receive(
        device,
        { messageId: 'stop', from, text: 'STOP', at: worker.clock.now() },
        () => {},
      );
    // Begin has let it through by then.
    const begin: WorkerDeps['store']['begin'] = async (asked) => {
      const outcome = await worker.device.store.begin(asked);
      void stop();
      return outcome;
    };
    await sendOne(run.id, { store: { ...worker.device.store, begin } });
    expect(written).toEqual([]);
  });

  test('that waited too long since it was decided is not written', async () => {
    const run = await addQueued();
    const begin: WorkerDeps['store']['begin'] = async (asked) => {
      const outcome = await worker.device.store.begin(asked);
      worker.clock.leap(60_000);
      return outcome;
    };
    await sendOne(run.id, { store: { ...worker.device.store, begin } });
    expect(written).toEqual([]);
  });

  test('counts for the pace, answered or not', async () => {
    await sendOne((await addQueued()).id);
    expect(context.pacer.earliest - worker.clock.monotonic()).toBeGreaterThan(50_000);
  });

  test('of another step than its row stands at is not begun', async () => {
    const run = await addQueued({ next_step_key: 'tip' });
    let begun = 0;
    const begin: WorkerDeps['store']['begin'] = async (row) => {
      begun += 1;
      return await worker.device.store.begin(row);
    };
    expect(await sendOne(run.id, { store: { ...worker.device.store, begin } })).toEqual({
      kind: 'done',
    });
    expect(begun).toBe(0);
  });

  test('that an earlier attempt bound keeps its text', async () => {
    const run = await addQueued();
    await addDelivery(bench.store, run, { state: 'ready' });
    await sendOne(run.id);
    expect(written).toEqual(['bound before']);
  });

  test('whose begin was not answered is known not to have left', async () => {
    const run = await addQueued();
    const begin: WorkerDeps['store']['begin'] = async (row) => {
      await worker.device.store.begin(row);
      throw unreachable();
    };
    const sending = sendOne(run.id, { store: { ...worker.device.store, begin } });
    await expect(sending).rejects.toThrow('no answer');
    expect(await rowOf(run)).toMatchObject({
      dispatch_state: 'idle',
      state: 'ready',
      error_code: 'begin_unanswered',
    });
  });

  test('that was settled while it was queued moves its row on', async () => {
    const run = await addQueued();
    await addDelivery(bench.store, run, { state: 'sent' });
    await sendOne(run.id);
    expect(await rowOf(run)).toMatchObject({ dispatch_state: 'idle', next_step_key: 'tip' });
    expect(written).toEqual([]);
  });

  /** Notes which way works go. */
  const noted = (ways: string[]): WorkerDeps['isolation'] =>
    Object.assign(Object.create(worker.device.isolation), {
      alone: async (work: () => Promise<unknown>) => (ways.push('alone'), await work()),
      among: async (work: () => Promise<unknown>) => (ways.push('among'), await work()),
    });

  test('that two processes died of is sent alone, and marked before anything is done with it', async () => {
    const run = await addQueued({ crash_count: 2 });
    const ways: string[] = [];
    let marked: unknown;
    const begin: WorkerDeps['store']['begin'] = async (row) => {
      marked = (await rowOf(run))?.['crash_count'];
      return await worker.device.store.begin(row);
    };
    await sendOne(run.id, {
      isolation: noted(ways),
      store: { ...worker.device.store, begin },
    });
    expect([ways, marked]).toEqual([['alone'], 3]);
  });

  test('that two processes died of is sent again alone', async () => {
    await addOpen({}, { crash_count: 2 });
    const ways: string[] = [];
    await recoverAll({ isolation: noted(ways) });
    expect(ways).toEqual(['alone']);
    expect(written).toHaveLength(1);
  });

  test('that three processes died of is not sent again', async () => {
    const run = await addOpen({}, { crash_count: 3 });
    expect(await recoverAll()).toBe('settled');
    expect(written).toEqual([]);
    expect(await rowOf(run)).toMatchObject({ dispatch_state: 'held', error_class: 'poison' });
  });

  test('whose text was erased is not sent again', async () => {
    const run = await addOpen({ body: null });
    expect(await recoverAll()).toBe('settled');
    expect(written).toEqual([]);
    expect(await rowOf(run)).toMatchObject({ dispatch_state: 'held', state: 'uncertain' });
  });

  test('is not sent again before the device’s pace', async () => {
    await addOpen();
    expect(await recoverAll({}, () => Promise.resolve(false))).toBe('open');
    expect(written).toEqual([]);
  });

  test('whose row has gone on without it is closed, not sent', async () => {
    const run = await addOpen({}, { next_step_key: 'tip' });
    expect(await recoverAll()).toBe('settled');
    expect(written).toEqual([]);
    expect(await rowOf(run)).toMatchObject({ state: 'uncertain', next_step_key: 'tip' });
  });

  test('of a device that is another worker’s by now ends the recovery', async () => {
    await addOpen();
    await bench.store.sql('update devices set owner_epoch = 8 where id = $1', [device]);
    expect(await recoverAll()).toBe('lost');
    expect(written).toEqual([]);
  });

  test('whose answer this process still stores is not sent again until it is stored', async () => {
    const run = await addOpen();
    const waited: SequenceContactId[] = [];
    const finishing: WorkerDeps['store']['finishing'] = (id) => {
      waited.push(id);
      return worker.device.store.finishing(id);
    };
    await recoverAll({ store: { ...worker.device.store, finishing } });
    expect(waited).toEqual([run.id]);
  });

  test('whose result Postgres did not take is stored as soon as it does, and waited for until then', async () => {
    const run = await addOpen();
    let isAway = true;
    const store = workerStore(
      {
        ...bench.store.db,
        run: async <Row>(name: string, values?: readonly unknown[]) => {
          if (isAway && name === 'finish-deliveries') isGone(unreachable());
          return await bench.store.db.run<Row>(name, values);
        },
      },
      { worker: worker.worker, clock: worker.clock, giveUp: new AbortController().signal },
    );
    const finish = store.finish({
      sequenceContactId: run.id,
      stepKey: stepKey('hello'),
      attempt: 1,
      state: 'sent',
      error: undefined,
      move: { kind: 'complete' },
    });
    let isKnown = false;
    const finishing = store.finishing(run.id).then(() => (isKnown = true));
    await Promise.race([finish.catch(isGone), worker.clock.untilAsleep(500)]);
    expect(isKnown).toBe(false);
    isAway = false;
    worker.clock.wakeSleepers(500);
    expect(await finish).toBe('stored');
    await finishing;
    expect(await rowOf(run)).toMatchObject({ state: 'sent' });
  });

  test('whose receipt could not be stored is not said to be', async () => {
    const events: WorkerEvent[] = [];
    const receipts = new Receipts({
      ...worker.device,
      store: { ...worker.device.store, recordReceipt: () => Promise.reject(unreachable()) },
      observe: (event) => events.push(event),
    });
    const run = await addOpen();
    const [row] = await bench.store.sql<{ message_id: never }>(
      'select message_id from deliveries where sequence_contact_id = $1',
      [run.id],
    );
    if (!row) throw new Error('no delivery');
    const receipt = { messageId: row.message_id, kind: 'delivered' } as const;
    expect(await receipts.receive(device, receipt)).toBe('not_stored');
    expect(events).toMatchObject([{ kind: 'problem', where: 'receipts' }]);
  });
});
