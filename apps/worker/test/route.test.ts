import { durationMs, type DeviceId, type SequenceId } from '@dripfleet/domain';
import { findWaiting } from '@dripfleet/queue';
import { addDevice, addRuns, addSequence, FakeClock } from '@dripfleet/testkit';
import type { Transport } from '@dripfleet/transport';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WorkerEvent } from '../src/events.ts';
import { HealthCheck } from '../src/health-check.ts';
import { sweepWakes } from '../src/wake-sweep.ts';
import { type Bench, openBench, startWorker, type TestWorker } from './worker-fixture.ts';

let bench: Bench;
let sequence: SequenceId;
let device: DeviceId;
let worker: TestWorker | undefined;

beforeAll(async () => {
  bench = await openBench();
  sequence = await addSequence(bench.store);
});
afterAll(async () => await bench.close());
beforeEach(async () => {
  device = await addDevice(bench.store);
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  // What a test leaves is no work for the next.
  await bench.store.sql(`update sequence_contacts set status = 'exited', dispatch_state = 'idle'`);
  await bench.store.sql(`update deliveries set state = 'cancelled' where state = 'sending'`);
});

async function start(options: Parameters<typeof startWorker>[1] = {}): Promise<TestWorker> {
  worker = await startWorker(bench, options);
  return worker;
}
const add = async (count: number) => await addRuns(bench.store, { device, sequence, count });
const concluded = (events: readonly WorkerEvent[]) =>
  events.filter((event) => event.kind === 'delivery.concluded');
/** Resolves when so many messages of the device are concluded. */
async function untilConcluded({ events, until }: TestWorker, count: number): Promise<void> {
  await until(() => concluded(events).length >= count);
}
const runs = async () =>
  await bench.store.sql(
    'select status, dispatch_state, next_step_key from sequence_contacts where device_id = $1 order by id',
    [device],
  );

test('due rows leave in order, each once, with its text; and each contact comes to its next step', async () => {
  await add(3);
  const one = await start();
  await one.manager.scan();
  expect(await bench.enqueue(device)).toBe(3);
  await untilConcluded(one, 3);
  expect((await bench.messages(device)).map(({ text }) => text)).toEqual([
    'Hello Ana',
    'Hello Ana',
    'Hello Ana',
  ]);
  expect(await bench.enqueue(device)).toBe(3);
  await untilConcluded(one, 6);
  const sent = await bench.messages(device);
  expect(sent.slice(3).map(({ text }) => text)).toEqual(['A tip', 'A tip', 'A tip']);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(6);
  expect(await runs()).toEqual(
    Array.from({ length: 3 }, () => ({
      status: 'completed',
      dispatch_state: 'idle',
      next_step_key: null,
    })),
  );
});

test('what the network refuses for the contact fails its step; the contact goes on to the next', async () => {
  await add(1);
  const [{ phone } = { phone: '' }] = await bench.store.sql<{ phone: string }>(
    'select phone from devices where id = $1',
    [device],
  );
  await bench.simulator.strike({ on: 'message', do: 'nack', code: 404, device: phone });
  const one = await start();
  await one.manager.scan();
  await bench.enqueue(device);
  await untilConcluded(one, 1);
  expect(await runs()).toEqual([
    { status: 'active', dispatch_state: 'idle', next_step_key: 'tip' },
  ]);
});

test('a refusal of the account stops the device: nothing more is begun', async () => {
  // Guards: a restricted account that goes on writing, and is banned for it.
  await add(3);
  const [{ phone } = { phone: '' }] = await bench.store.sql<{ phone: string }>(
    'select phone from devices where id = $1',
    [device],
  );
  await bench.simulator.strike({ on: 'message', do: 'nack', code: 403, device: phone });
  const one = await start();
  await one.manager.scan();
  await bench.enqueue(device);
  await untilConcluded(one, 1);
  await one.until((event) => event.kind === 'job.skipped' && event.reason === 'device_not_running');
  expect(await bench.messages(device)).toHaveLength(1);
  expect((await runs())[0]).toMatchObject({ dispatch_state: 'held' });
});

describe('a pause', () => {
  const set = async (state: string) => {
    // As text: a Date would lose the microseconds, and a begin of the same millisecond would look later than it was.
    const now = async () =>
      (await bench.store.sql<{ at: string }>('select now()::text as at'))[0]?.at;
    const before = await now();
    await bench.store.sql('update devices set desired_state = $2 where id = $1', [device, state]);
    return { before, after: await now() };
  };

  test('takes effect before the next begin, and nobody is lost by it', async () => {
    await add(20);
    const one = await start();
    await one.manager.scan();
    await bench.enqueue(device);
    await untilConcluded(one, 2);
    const paused = await set('paused');
    await one.manager.refresh([device]);
    // Queued rows are what a paused device would send, if it did: ask it to.
    one.manager.workers.get(device)?.wake();
    // Nothing is on its way to Postgres then: a begin that was sent before would be decided after the resume, and look older.
    while (one.manager.workers.get(device)?.activity.kind !== 'paused') {
      await bench.simulator.stats();
    }
    const resumed = await set('running');
    await one.manager.refresh([device]);
    const begun = await bench.store.sql(
      'select 1 from deliveries where device_id = $1 and last_attempt_at > $2 and last_attempt_at < $3',
      [device, paused.after, resumed.before],
    );
    expect(begun).toEqual([]);
    // A row that was refused meanwhile is idle, and due: the scheduler's next pass takes it.
    await bench.enqueue(device);
    await one.until(() => concluded(one.events).filter(isHello).length >= 20);
    const hellos = (await bench.messages(device)).filter(({ text }) => text === 'Hello Ana');
    expect(hellos).toHaveLength(20);
    expect(new Set(hellos.map(({ id }) => id)).size).toBe(20);
  });

  const isHello = (event: WorkerEvent): boolean =>
    event.kind === 'delivery.concluded' && event.stepKey === 'hello';
});

test('a device that was taken over meanwhile sends nothing more: its worker stops it', async () => {
  // Guards R4: a worker that does not know yet that it lost the device.
  await add(1);
  const one = await start();
  await one.manager.scan();
  await one.until((event) => event.kind === 'session.opened' && event.deviceId === device);
  await bench.store.sql(
    'update devices set owner_worker_id = gen_random_uuid(), owner_epoch = owner_epoch + 1 where id = $1',
    [device],
  );
  await bench.enqueue(device);
  await one.until((event) => event.kind === 'claim.lost' && event.deviceId === device);
  expect(await bench.messages(device)).toEqual([]);
  expect(await runs()).toEqual([
    { status: 'active', dispatch_state: 'queued', next_step_key: 'hello' },
  ]);
  expect(one.manager.workers.has(device)).toBe(false);
});

test('a wake that was lost is found by the sweep', async () => {
  // Guards: a publication lost while the subscription reconnects; the device would sleep on a full queue.
  await add(1);
  const one = await start({ deaf: true });
  await one.manager.scan();
  await one.until((event) => event.kind === 'session.opened' && event.deviceId === device);
  while (one.manager.workers.get(device)?.activity.kind !== 'idle') await bench.redis.ping();
  await bench.enqueue(device);
  expect(one.manager.workers.get(device)?.activity.kind).toBe('idle');

  const stop = new AbortController();
  const clock = new FakeClock();
  const sweeping = sweepWakes(
    {
      clock,
      workers: () => one.manager.workers,
      findWaiting: async (ids) => await findWaiting(bench.redis, ids, Date.now()),
    },
    stop.signal,
  );
  await clock.untilSleeping();
  await clock.advance(5_000);
  await untilConcluded(one, 1);
  stop.abort();
  await sweeping;
  expect(await bench.messages(device)).toHaveLength(1);
});

test('nothing is sent while the network has not handed over all that it kept: it may say stop', async () => {
  // Guards: a long backlog that is taken for read because it took its time.
  await add(1);
  const one = await start({ wrap: neverCaughtUp });
  await one.manager.scan();
  await bench.enqueue(device);
  await one.clock.untilAsleep(40_000);
  one.clock.wakeSleepers(40_000);
  await one.until((event) => event.kind === 'session.ended');
  expect(await bench.messages(device)).toEqual([]);
  expect(one.events.some(({ kind }) => kind === 'session.opened')).toBe(false);
});

/** A network that never says that it has handed over all. */
function neverCaughtUp(transport: Transport): Transport {
  return {
    ...transport,
    open: async (request, signal) => {
      const session = await transport.open(request, signal);
      return { ...session, caughtUp: new Promise(() => {}) };
    },
  };
}

/** The first message that is sent through it never gets an answer, and never leaves. */
function hangOnce(transport: Transport): Transport {
  let hung = false;
  return {
    ...transport,
    open: async (request, signal) => {
      const session = await transport.open(request, signal);
      return {
        ...session,
        send: async (message, gate) => {
          if (hung) return await session.send(message, gate);
          hung = true;
          return await new Promise(() => {});
        },
      };
    },
  };
}

test('a device worker whose send never ends is started anew by the health check, and its messages go on', async () => {
  await add(3);
  const one = await start({ wrap: hangOnce });
  const check = new HealthCheck({
    workers: () => one.manager.workers,
    restart: async (id) => await one.manager.restart(id),
    quarantine: async (id, reason) => await one.manager.quarantine(id, reason),
    device: one.device,
    settings: { interval: durationMs(60_000), ackTimeout: durationMs(30_000) },
  });
  await one.manager.scan();
  await bench.enqueue(device);
  await one.until((event) => event.kind === 'delivery.begun' && event.deviceId === device);
  expect(await check.checkOnce()).toEqual([]);
  one.clock.leap(90_001);
  expect(await check.checkOnce()).toEqual([device]);
  await untilConcluded(one, 1);
  // What waited in the queue was cleared with it, or is fetched by the new one.
  await bench.enqueue(device);
  await one.until(
    () => concluded(one.events).filter((e) => 'stepKey' in e && e.stepKey === 'hello').length >= 3,
  );
  const hellos = (await bench.messages(device)).filter(({ text }) => text === 'Hello Ana');
  expect(hellos).toHaveLength(3);
  expect(new Set(hellos.map(({ id }) => id)).size).toBe(3);
});
