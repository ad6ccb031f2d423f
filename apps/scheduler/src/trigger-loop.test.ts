import { deviceId, durationMs } from '@dripfleet/domain';
import type { Reach } from '@dripfleet/store';
import { FakeClock } from '@dripfleet/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TriggerLoop } from './trigger-loop.ts';

const interval = 30_000;
const all = 'all';

let clock: FakeClock;
let passes: { at: number; reach: Reach }[];
let stop: AbortController;
let running: Promise<void>;
let errors: unknown[];

/** Starts a loop; each pass is recorded with its time, and takes as long as `work`. */
function start(work: () => Promise<void> = () => Promise.resolve()): TriggerLoop {
  const loop = new TriggerLoop({
    clock,
    interval: durationMs(interval),
    process: async (reach) => {
      passes.push({ at: clock.monotonic(), reach });
      await work();
    },
    onError: (error) => errors.push(error),
  });
  running = loop.run(stop.signal);
  return loop;
}

beforeEach(() => {
  clock = new FakeClock();
  passes = [];
  errors = [];
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await running;
  expect(clock.sleeping).toBe(0);
});

test('passes over all devices at once when it starts, then every interval', async () => {
  start();
  await clock.untilSleeping();
  await clock.advance(2 * interval + 1);
  expect(passes).toEqual([
    { at: 0, reach: all },
    { at: interval, reach: all },
    { at: 2 * interval, reach: all },
  ]);
});

test('a nudge is answered at once; those that come within 5 ms of a pass share the next one', async () => {
  const loop = start();
  await clock.untilSleeping();
  await clock.advance(1_000);
  loop.nudge([deviceId(5), deviceId(9)]);
  await clock.untilSleeping();
  await clock.advance(2);
  loop.nudge([deviceId(6)]);
  await clock.advance(2);
  loop.nudge([deviceId(7), deviceId(6)]);
  await clock.advance(100);
  expect(passes.slice(1)).toEqual([
    { at: 1_000, reach: [5, 9] },
    { at: 1_005, reach: [6, 7] },
  ]);
});

test('nudges never put off the pass over all devices', async () => {
  // Guards: a busy fleet whose quiet devices are never looked at.
  const loop = start();
  await clock.untilSleeping();
  for (let second = 1; second <= 35; second += 1) {
    loop.nudge([deviceId(1)]);
    await clock.advance(1_000);
  }
  const full = passes.filter(({ reach }) => reach === 'all');
  expect(full.map(({ at }) => at)[1]).toBeLessThanOrEqual(interval + 20);
});

test('a nudge that meets the pass over all devices has a pass of its own after it', async () => {
  // Guards: a row that is due now, waiting an interval for a replica that has not heard of it.
  const finish: (() => void)[] = [];
  const loop = start(
    () =>
      new Promise((resolve) => {
        finish.push(resolve);
      }),
  );
  loop.nudge([deviceId(3)]);
  await clock.advance(interval);
  finish[0]?.();
  await vi.waitFor(() => expect(finish).toHaveLength(2));
  finish[1]?.();
  await clock.untilSleeping();
  await clock.advance(5);
  expect(passes.map(({ reach }) => reach)).toEqual(['all', 'all', [3]]);
  finish[2]?.();
  await clock.untilSleeping();
});

test('a nudge during a pass is not lost', async () => {
  let finish: (() => void) | undefined;
  const loop = start(
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  expect(passes).toHaveLength(1);
  loop.nudge([deviceId(3)]);
  finish?.();
  await clock.untilSleeping();
  await clock.advance(20);
  expect(passes[1]?.reach).toEqual([3]);
  finish?.();
  await clock.untilSleeping();
});

test('one pass at a time, and a pass that fails is reported; the next comes all the same', async () => {
  start(() => Promise.reject(new Error('no database')));
  await clock.untilSleeping();
  await clock.advance(interval);
  expect(passes).toHaveLength(2);
  expect(errors).toEqual([new Error('no database'), new Error('no database')]);
});

test('a nudge without devices wakes nobody', async () => {
  const loop = start();
  await clock.untilSleeping();
  loop.nudge([]);
  await clock.advance(1_000);
  expect(passes).toHaveLength(1);
});
