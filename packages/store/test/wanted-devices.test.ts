import { randomUUID } from 'node:crypto';
import { type DeviceId, durationMs, type SequenceId, type WorkerId } from '@dripfleet/domain';
import {
  addDelivery,
  addDevice,
  addRun,
  addSequence,
  addWorker,
  ago,
  type Columns,
  openTestStore,
  type TestStore,
} from '@dripfleet/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findIdleDevices, findWantedDevices, requestPairing } from '../src/index.ts';

const steal = durationMs(24_000);
const horizon = durationMs(900_000);
let store: TestStore;
let me: WorkerId;
let sequence: SequenceId;

beforeEach(async () => {
  store = await openTestStore();
  me = await addWorker(store);
  sequence = await addSequence(store);
});
afterEach(async () => await store.close());

/** A device with one run. */
async function addBusy({ device = {}, run = {} }: { device?: Columns; run?: Columns } = {}) {
  const id = await addDevice(store, device);
  await addRun(store, id, { sequence_id: sequence, ...run });
  return id;
}
const find = async (limit = 10) =>
  await findWantedDevices(store.db, me, { steal, horizon, engine: 'workers', limit });

test('the one that waits longest is offered first, up to the limit; the count is of all', async () => {
  const young = await addBusy({ run: { next_trigger_time: ago(10_000) } });
  const old = await addBusy({ run: { next_trigger_time: ago(60_000), priority: 2 } });
  const middle = await addBusy({
    run: { next_trigger_time: ago(30_000), dispatch_state: 'queued' },
  });
  expect(await find()).toEqual({
    wanted: 3,
    liveWorkers: 1,
    ownedWanted: 0,
    free: [old, middle, young],
    reserved: [],
  });
  expect(await find(1)).toMatchObject({ wanted: 3, free: [old] });
});

describe('wanted is a device with something to do within the horizon', () => {
  const soon = ago(-800_000);
  const late = ago(-1_000_000);
  test.each<[string, Columns, boolean]>([
    ['due', {}, true],
    ['due soon', { next_trigger_time: soon }, true],
    ['due soon, urgent', { next_trigger_time: soon, priority: 0 }, true],
    ['due later', { next_trigger_time: late }, false],
    ['queued', { dispatch_state: 'queued', next_trigger_time: late }, true],
    ['sending', { dispatch_state: 'sending', next_trigger_time: late }, true],
    ['held', { dispatch_state: 'held' }, false],
    ['in a paused run', { status: 'paused' }, false],
    ['in a run that has ended', { status: 'exited' }, false],
  ])('%s: %s', async (_, run, isWanted) => {
    const device = await addBusy({ run });
    expect((await find()).free).toEqual(isWanted ? [device] : []);
    expect(await findIdleDevices(store.db, [device], horizon)).toEqual(isWanted ? [] : [device]);
  });

  test('something open is settled by somebody: a device with an open delivery is wanted', async () => {
    // Guards: a run that was exited while its message was in flight; nobody would ever learn its fate.
    const device = await addDevice(store);
    const run = await addRun(store, device, { sequence_id: sequence, status: 'exited' });
    await addDelivery(store, run);
    expect((await find()).free).toEqual([device]);
    expect(await findIdleDevices(store.db, [device], horizon)).toEqual([]);
  });

  test('a device that waits to be paired is wanted, though it may not send', async () => {
    // Guards: an operator before a QR that nobody shows.
    const device = await addDevice(store, { session_state: 'unpaired' });
    expect((await find()).free).toEqual([]);
    const request = { method: 'qr', actor: 'test', validFor: durationMs(60_000) } as const;
    await requestPairing(store.db, device, request);
    expect((await find()).free).toEqual([device]);
  });

  test('a device without contacts is idle', async () => {
    const device = await addDevice(store);
    expect((await find()).wanted).toBe(0);
    expect(await findIdleDevices(store.db, [device], horizon)).toEqual([device]);
  });
});

describe('wanted is a device that may send, of this engine', () => {
  test.each<[string, Columns]>([
    ['paused', { desired_state: 'paused' }],
    ['draining', { desired_state: 'draining' }],
    ['drained', { desired_state: 'drained' }],
    ['restricted', { session_state: 'restricted' }],
    ['never paired', { session_state: 'unpaired' }],
    ['of the direct processor', { engine: 'direct' }],
  ])('not one that is %s', async (_, device) => {
    await addBusy({ device });
    expect(await find()).toEqual({
      wanted: 0,
      liveWorkers: 1,
      ownedWanted: 0,
      free: [],
      reserved: [],
    });
  });
});

describe('free is a wanted device that could be claimed', () => {
  const free = async (device: Columns): Promise<readonly [DeviceId, readonly DeviceId[]]> => {
    const id = await addBusy({ device });
    const { wanted, free: found } = await find();
    expect(wanted).toBe(1);
    return [id, found];
  };

  test('not mine, nor that of a live owner', async () => {
    const owner = await addWorker(store, { heartbeatAge: 20_000 });
    for (const owner_worker_id of [me, owner]) await addBusy({ device: { owner_worker_id } });
    expect(await find()).toEqual({
      wanted: 2,
      liveWorkers: 2,
      ownedWanted: 1,
      free: [],
      reserved: [],
    });
  });

  test('not mine, even when my own heartbeats have not come through', async () => {
    await store.sql(`update workers set last_heartbeat_at = now() - interval '1 min'`);
    await addBusy({ device: { owner_worker_id: me } });
    expect((await find()).free).toEqual([]);
  });

  test('that of a dead owner', async () => {
    const owner = await addWorker(store, { heartbeatAge: 25_000 });
    const [id, found] = await free({ owner_worker_id: owner });
    expect(found).toEqual([id]);
  });

  test('that of an owner unknown to the registry', async () => {
    const [id, found] = await free({ owner_worker_id: randomUUID() });
    expect(found).toEqual([id]);
  });

  test('one whose reservation has run out; one that is reserved for me apart, for another not at all', async () => {
    const until = { reserved_until: ago(-30_000) };
    const mine = await addBusy({ device: { reserved_for: me, ...until } });
    await addBusy({ device: { reserved_for: randomUUID(), ...until } });
    const device = { reserved_for: randomUUID(), reserved_until: ago(1_000) };
    const old = await addBusy({ device });
    expect(await find()).toMatchObject({ free: [old], reserved: [mine] });
  });
});

test('a share is counted over the workers of this engine that live, reach Redis and do not drain', async () => {
  await addWorker(store, { heartbeatAge: 23_000 });
  await addWorker(store, { heartbeatAge: 25_000 });
  await addWorker(store, { draining: true });
  await addWorker(store, { engine: 'direct' });
  const blind = await addWorker(store, { heartbeatAge: 1_000 });
  expect((await find()).liveWorkers).toBe(3);
  // Guards: the share of one that can claim nothing, claimed by nobody.
  await store.sql('update workers set redis_ok = false where id = any($1)', [[blind, me]]);
  expect((await find()).liveWorkers).toBe(2);
});

describe('of the devices of another live worker count', () => {
  type Other = Readonly<{ told: number | null; claimedAgo: number }>;
  const wantedBeside = async ({ told, claimedAgo }: Other) => {
    const other = await addWorker(store, { heartbeatAge: 4_000, wanted_devices: told });
    for (let count = 0; count < 3; count += 1) {
      await addBusy({
        device: { owner_worker_id: other, owner_claimed_at: ago(claimedAgo) },
      });
    }
    return (await find()).wanted;
  };

  test.each<[string, Other, number]>([
    ['all, before it has told', { told: null, claimedAgo: 60_000 }, 3],
    ['those it told of', { told: 1, claimedAgo: 60_000 }, 1],
    ['none, when it told so', { told: 0, claimedAgo: 60_000 }, 0],
    ['those it claimed since, for they were wanted', { told: 1, claimedAgo: 13_000 }, 3],
    ['as many as it has, when it gave up some since', { told: 7, claimedAgo: 60_000 }, 3],
  ])('%s', async (_, other, expected) => {
    expect(await wantedBeside(other)).toBe(expected);
  });

  test('none of a dead one as told: they are free, and count as such', async () => {
    const dead = await addWorker(store, { heartbeatAge: 25_000 });
    await store.sql('update workers set wanted_devices = 5 where id = $1', [dead]);
    await addBusy({ device: { owner_worker_id: dead } });
    expect(await find()).toMatchObject({ wanted: 1, free: [expect.any(Number)] });
  });
});
