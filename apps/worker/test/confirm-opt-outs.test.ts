import { type DeviceId, durationMs, type MessageId, type PhoneNumber } from '@dripfleet/domain';
import { systemClock } from '@dripfleet/runtime';
import {
  beginConfirmation,
  findConfirmations,
  findDevices,
  finishConfirmation,
  restrictDevice,
} from '@dripfleet/store';
import {
  addConfirmation,
  addOwnedDevice,
  addRun,
  addSequence,
  ago,
  type Columns,
  openTestStore,
  type OwnedDevice,
  type Run,
  startSimulator,
  type TestSimulator,
  type TestStore,
} from '@dripfleet/testkit';
import { type Session, simulatedTransport } from '@dripfleet/transport';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ConfirmDeps, type Confirming, sendConfirmations } from '../src/confirm-opt-outs.ts';
import { DevicePacer } from '../src/device-pacer.ts';
import type { WorkerEvent } from '../src/events.ts';

let store: TestStore;
let simulator: TestSimulator;
let owned: OwnedDevice;
let phone: PhoneNumber;
let session: Session | undefined;
let isTrusted: boolean;
let events: WorkerEvent[];
let pacer: DevicePacer;
let inFlight: Set<MessageId>;

beforeAll(async () => {
  [store, simulator] = await Promise.all([openTestStore(), startSimulator()]);
});
afterAll(async () => {
  await simulator.stop();
  await store.close();
});
beforeEach(async () => {
  owned = await addOwnedDevice(store);
  const [row] = await store.sql<{ phone: PhoneNumber }>('select phone from devices where id = $1', [
    owned.deviceId,
  ]);
  if (!row) throw new Error('no device');
  phone = row.phone;
  isTrusted = true;
  events = [];
  inFlight = new Set();
  pacer = new DevicePacer(owned.deviceId, policy, { past: [], monotonic: 0 });
});
afterEach(async () => {
  await session?.close();
  session = undefined;
  await simulator.clearRules();
});

const policy = { caps: [], gap: { min: durationMs(60_000), max: durationMs(60_000) } };
const timings = { ackTimeout: durationMs(10_000), connectTimeout: durationMs(5_000) };

async function connect(): Promise<Session> {
  const opened = await simulatedTransport(simulator.url, timings).open(
    {
      deviceId: owned.deviceId,
      phone,
      gate: () => undefined,
      credentials: {
        read: () => Promise.resolve({ kind: 'read', values: new Map() }),
        write: () => Promise.resolve('written'),
        replace: () => Promise.resolve('written'),
      },
      findMessage: () => Promise.resolve(undefined),
      events: { onReceipt() {}, onInbound() {}, onTimeLock() {}, onEnd() {} },
    },
    new AbortController().signal,
  );
  session = opened;
  return opened;
}

function deps(changes: Partial<ConfirmDeps> = {}): ConfirmDeps {
  return {
    clock: systemClock,
    heartbeat: { isTrusted: () => isTrusted },
    inFlight,
    sendBudget: durationMs(20_000),
    observe: (event) => events.push(event),
    store: {
      findConfirmations: async (id: DeviceId) => await findConfirmations(store.db, id),
      beginConfirmation: async (request) =>
        await beginConfirmation(store.db, owned.worker, request),
      finishConfirmation: async (finish) => await finishConfirmation(store.db, finish),
      restrictDevice: async (id, restriction) => await restrictDevice(store.db, id, restriction),
    },
    ...changes,
  };
}

async function confirm({
  waitForPace = () => Promise.resolve(true),
  changes = {},
}: {
  waitForPace?: () => Promise<boolean>;
  changes?: Partial<ConfirmDeps>;
} = {}): Promise<Confirming> {
  const open = session ?? (await connect());
  const [device] = await findDevices(store.db, [owned.deviceId]);
  if (!device) throw new Error('no device');
  const { deviceId, worker, epoch } = owned;
  const claim = { deviceId, worker, epoch, generation: 1, previousOwner: undefined };
  return await sendConfirmations(open, {
    context: { claim, device, pacer },
    deps: deps(changes),
    waitForPace,
  });
}

/** A contact of the device that opted out, with its confirmation. */
async function addWaiting(confirmation: Columns = {}, contact: Columns = {}): Promise<Run> {
  const at = ago(60_000);
  const run = await addRun(store, owned.deviceId, {
    sequence_id: await addSequence(store),
    status: 'exited',
    contact: { suppressed_at: at, ...contact },
  });
  await addConfirmation(store, run, { intent_at: at, ...confirmation });
  return run;
}
const rowOf = async (run: Run) => {
  const [row] = await store.sql(
    `select state, attempts, error_class, error_code from deliveries
      where sequence_contact_id = $1 and step_key = 'opt-out'`,
    [run.id],
  );
  return row;
};
const transmitted = async () =>
  (await simulator.ledger('message')).filter((line) => line['device'] === phone);

describe('sendConfirmations', () => {
  it('sends each that waits once, counted in the pace, and then has nothing to do', async () => {
    const runs = [await addWaiting(), await addWaiting()];
    let waits = 0;
    const waitForPace = () => {
      waits += 1;
      return Promise.resolve(true);
    };
    expect(await confirm({ waitForPace })).toBe('settled');
    expect(await confirm({ waitForPace })).toBe('settled');
    expect((await transmitted()).map((line) => line['text'])).toEqual([
      'You are out',
      'You are out',
    ]);
    for (const run of runs) expect(await rowOf(run)).toMatchObject({ state: 'sent', attempts: 1 });
    expect(waits).toBe(2);
    expect(pacer.earliest).toBeGreaterThan(systemClock.monotonic());
    expect(inFlight.size).toBe(0);
    expect(events).toHaveLength(2);
  });

  it('leaves what another owner began to a receipt: never a second transmission', async () => {
    // Guards: a contact who opted out and is told so twice.
    const run = await addWaiting({ state: 'sending', attempts: 1, epoch: 4 });
    expect(await confirm()).toBe('settled');
    expect(await rowOf(run)).toMatchObject({ state: 'uncertain', attempts: 1 });
    expect(await confirm()).toBe('settled');
    expect(await transmitted()).toEqual([]);
  });

  it('leaves one whose answer did not come uncertain', async () => {
    const run = await addWaiting();
    await connect();
    await simulator.strike({ on: 'message', do: 'accept_then_drop', device: phone });
    expect(await confirm()).toBe('settled');
    expect(await rowOf(run)).toMatchObject({ state: 'uncertain', error_class: 'unconfirmed' });
    await session?.close();
    await connect();
    expect(await confirm()).toBe('settled');
    expect(await transmitted()).toHaveLength(1);
  });

  it('tries three times what is known not to have left, then lets it be', async () => {
    const run = await addWaiting();
    isTrusted = false;
    expect([await confirm(), await confirm(), await confirm()]).toEqual([
      'open',
      'open',
      'settled',
    ]);
    expect(await rowOf(run)).toEqual({
      state: 'failed',
      attempts: 3,
      error_class: 'not_sent',
      error_code: 'fenced',
    });
    expect(pacer.earliest).toBeLessThanOrEqual(systemClock.monotonic());
    isTrusted = true;
    expect(await confirm()).toBe('settled');
    expect(await transmitted()).toEqual([]);
  });

  it('writes nothing after its budget', async () => {
    const run = await addWaiting();
    expect(await confirm({ changes: { sendBudget: durationMs(-1) } })).toBe('open');
    expect(await rowOf(run)).toMatchObject({ state: 'ready', error_code: 'budget_passed' });
    expect(await transmitted()).toEqual([]);
  });

  it('writes nothing before its pace', async () => {
    const run = await addWaiting();
    expect(await confirm({ waitForPace: () => Promise.resolve(false) })).toBe('open');
    expect(await rowOf(run)).toMatchObject({ state: 'ready', attempts: 0 });
  });

  it('drops what is older than a day without waiting for the pace', async () => {
    const old = ago(86_500_000);
    const run = await addWaiting({ intent_at: old }, { suppressed_at: old });
    expect(await confirm({ waitForPace: () => Promise.reject(new Error('waited')) })).toBe(
      'settled',
    );
    expect(await rowOf(run)).toMatchObject({ state: 'cancelled', error_code: 'too_old' });
  });

  it('drops what is no longer true', async () => {
    const run = await addWaiting({}, { suppressed_at: null });
    expect(await confirm()).toBe('settled');
    expect(await rowOf(run)).toMatchObject({ state: 'cancelled', error_code: 'revoked' });
    expect(await transmitted()).toEqual([]);
  });

  it('waits while its device is paused, and stops when the device is another’s', async () => {
    const run = await addWaiting();
    await store.sql("update devices set desired_state = 'paused' where id = $1", [owned.deviceId]);
    expect(await confirm()).toBe('not_running');
    await store.sql('update devices set owner_epoch = owner_epoch + 1 where id = $1', [
      owned.deviceId,
    ]);
    expect(await confirm()).toBe('lost');
    expect(await rowOf(run)).toMatchObject({ state: 'ready', attempts: 0 });
  });

  it.each([
    ['463', 'account', 'open'],
    ['403', 'account', 'restricted'],
    ['404', 'contact', 'open'],
    ['429', 'not_sent', 'open'],
  ])('takes a refusal with %s for an answer', async (code, errorClass, sessionState) => {
    const run = await addWaiting();
    await simulator.strike({ on: 'message', do: 'nack', code: Number(code), device: phone });
    expect(await confirm()).toBe('settled');
    expect(await rowOf(run)).toMatchObject({ state: 'failed', error_class: errorClass });
    const rows = await store.sql('select session_state from devices where id = $1', [
      owned.deviceId,
    ]);
    expect(rows).toEqual([{ session_state: sessionState }]);
  });
});
