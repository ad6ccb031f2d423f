import { once } from 'node:events';
import { openRedis } from '@dripfleet/fleet';
import { nudge, wakeChannel } from '@dripfleet/queue';
import { openLogger } from '@dripfleet/runtime';
import {
  addDevice,
  addRuns,
  addSequence,
  createTestRedis,
  openTestStore,
  type TestRedis,
  type TestStore,
} from '@dripfleet/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startScheduler } from '../src/start-scheduler.ts';

let store: TestStore;
let testRedis: TestRedis;
let redis: ReturnType<typeof openRedis>;
let subscriber: ReturnType<typeof openRedis>;
let stops: (() => Promise<unknown> | void)[];

beforeEach(async () => {
  store = await openTestStore();
  testRedis = await createTestRedis();
  redis = openRedis(testRedis.url, { connectionName: 'test', use: 'commands' });
  subscriber = openRedis(testRedis.url, { connectionName: 'test-sub', use: 'subscriptions' });
  await once(redis, 'ready');
  stops = [];
});
afterEach(async () => {
  for (const stop of stops.toReversed()) await stop();
  redis.disconnect();
  subscriber.disconnect();
  await testRedis.release();
  await store.close();
});

/** One scheduler as its process runs it. Resolves with the port of its health server. */
async function start(): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    startScheduler({
      env: {
        DATABASE_URL: store.url,
        REDIS_URL: testRedis.url,
        PORT: '0',
        TRIGGER_INTERVAL: '1h',
      },
      argv: [],
      logger: openLogger({ name: 'test', level: 'silent' }),
      stopping: new AbortController().signal,
      onStop: (_, stop) => stops.push(stop),
      ready: ({ port }) => resolve(port),
    }).catch(reject);
  });
}

test('a nudge queues what is due at once; an emptied Redis gets its jobs again without one', async () => {
  // Guards R7 and P5: the wiring of nudges, reconcile and the trigger loop, with an interval of an hour.
  const port = await start();
  const device = await addDevice(store);
  await subscriber.subscribe(wakeChannel(device));
  const sequence = await addSequence(store);
  await addRuns(store, { device, sequence, count: 3 });

  const woken = once(subscriber, 'message');
  await nudge(redis, [device]);
  expect(await woken).toEqual([wakeChannel(device), '3']);

  // Once it is set, Redis holds what it was given: from there it can lose it.
  const wokenAgain = once(subscriber, 'message');
  await redis.flushdb();
  expect(await wokenAgain).toEqual([wakeChannel(device), '3']);
  expect(await redis.llen(`bull:device-${device}:wait`)).toBe(3);

  const health = await fetch(`http://127.0.0.1:${String(port)}/readyz`);
  expect(health.status).toBe(200);
  const metrics = await (await fetch(`http://127.0.0.1:${String(port)}/metrics`)).text();
  expect(metrics).toContain('dripfleet_devices_wanted 1');
  // No label grows with the fleet: a scrape of 3,000 devices is as large as this one.
  expect(metrics).not.toMatch(/\b(device|contact|queue)(_id|_name)?=/);
  expect(metrics.length).toBeLessThan(100_000);
});
