import { deviceId, durationMs, engineOf } from '@dripfleet/domain';
import {
  addDevice,
  addOwnedDevice,
  addWorker,
  openTestStore,
  type TestStore,
} from '@dripfleet/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addDevices, planDeviceNames, readRollout, setRollout } from '../src/index.ts';

const steal = durationMs(24_000);
const actor = 'test';
let store: TestStore;
beforeEach(async () => {
  store = await openTestStore();
});
afterEach(async () => await store.close());

const enginesOf = async () =>
  await store.sql<{ id: number; engine: string }>('select id, engine from devices order by id');

it('gives each device to the engine that its number says, and tells which were moved', async () => {
  for (let made = 0; made < 40; made += 1) await addDevice(store);
  const first = await setRollout(store.db, { percent: 30, actor });
  expect(first.before).toBe(100);
  for (const { id, engine } of await enginesOf()) expect(engine).toBe(engineOf(deviceId(id), 30));
  expect(first.moved.workers).toEqual([]);
  expect(first.moved.direct.length).toBeGreaterThan(15);
  const again = await setRollout(store.db, { percent: 30, actor });
  expect(again.moved).toEqual({ workers: [], direct: [] });
  const back = await setRollout(store.db, { percent: 100, actor });
  expect(new Set(back.moved.workers)).toEqual(new Set(first.moved.direct));
});

it('shares new devices out as it stands', async () => {
  await setRollout(store.db, { percent: 50, actor });
  const devices = planDeviceNames({ kind: 'series', prefix: 'new-', count: 40 }, '+15550000001');
  await addDevices(store.db, { devices, labels: {}, pacing: {}, actor });
  const engines = await enginesOf();
  for (const { id, engine } of engines) expect(engine).toBe(engineOf(deviceId(id), 50));
  expect(new Set(engines.map(({ engine }) => engine)).size).toBe(2);
});

it('says how many devices each engine has, awaits, and has workers for', async () => {
  // Guards: a rollout whose devices nobody serves, and nobody sees it.
  await addDevice(store);
  await addOwnedDevice(store);
  await addWorker(store, { engine: 'direct', heartbeatAge: 60_000 });
  await setRollout(store.db, { percent: 0, actor });
  expect(await readRollout(store.db, steal)).toEqual({
    percent: 0,
    engines: [
      { engine: 'workers', devices: 0, awaited: 0, liveWorkers: 1 },
      { engine: 'direct', devices: 2, awaited: 1, liveWorkers: 0 },
    ],
  });
  const actions = await store.sql('select action, object, detail from operator_actions');
  expect(actions).toEqual([
    {
      action: 'rollout.set',
      object: 'rollout',
      detail: { before: 100, percent: 0, workers: 0, direct: 2 },
    },
  ]);
});
