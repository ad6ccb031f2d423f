import { durationMs } from '@dripfleet/domain';
import { expect, test } from 'vitest';
import { Link, type Weather } from '../processes/link.ts';
import { SimulatedProcess } from '../processes/simulated-process.ts';
import { Random } from '../time/random.ts';
import { VirtualTime } from '../time/virtual-time.ts';

const never = new AbortController().signal;
const fair: Weather = { outage: undefined, slowness: 1, lossRate: 0 };

function start() {
  const time = new VirtualTime();
  const random = new Random(1, 'test');
  return { time, random, process: new SimulatedProcess('p', 'worker', { time, random }) };
}

/** When each sleep of `process` ended, true ms. */
function sleeper({ time, process }: ReturnType<typeof start>, durations: readonly number[]) {
  const woken: number[] = [];
  for (const duration of durations) {
    void process.clock.sleep(durationMs(duration), never).then(() => woken.push(time.now));
  }
  return woken;
}

// A process that is stopped must run nothing, and find all of it when it goes on: that is what a zombie is.
test('a stopped process wakes up late, its clock having gone on', async () => {
  const lab = start();
  const woken = sleeper(lab, [10, 50]);
  lab.time.after(5, () => lab.process.stop('stopped'));
  lab.time.after(30, () => lab.process.resume());
  await lab.time.run(100);
  expect(woken).toEqual([30, 50]);
  expect(lab.process.clock.monotonic()).toBe(100);
});

// Its timers must not fire early, or a suspended machine would look like a stopped process.
test('the monotonic clock of a suspended machine stops, its timers with it', async () => {
  const lab = start();
  const woken = sleeper(lab, [10, 50]);
  const wall = lab.process.clock.now();
  lab.time.after(5, () => lab.process.stop('suspended'));
  lab.time.after(30, () => lab.process.resume());
  await lab.time.run(100);
  expect(woken).toEqual([35, 75]);
  expect(lab.process.clock.monotonic()).toBe(75);
  expect(lab.process.clock.now() - wall).toBe(100);
});

test('nothing of a killed process ever runs again', async () => {
  const lab = start();
  const woken = sleeper(lab, [10]);
  lab.process.call(() => woken.push(-1));
  lab.time.after(5, () => lab.process.kill());
  await lab.time.run(100);
  lab.process.call(() => woken.push(-2));
  expect(woken).toEqual([-1]);
});

test('what an event sets off comes to rest before time goes on, immediates included', async () => {
  const { time } = start();
  const order: string[] = [];
  time.after(1, () => {
    setImmediate(() => void Promise.resolve().then(() => order.push(`immediate at ${time.now}`)));
  });
  time.after(2, () => order.push(`next at ${time.now}`));
  await time.run(10);
  expect(order).toEqual(['immediate at 1', 'next at 2']);
});

test.each([
  { what: 'refused', weather: { ...fair, outage: 'refuses' }, executed: 0, within: 500 },
  { what: 'swallowed', weather: { ...fair, outage: 'swallows' }, executed: 0, within: 5_000 },
  { what: 'lost its reply', weather: { ...fair, lossRate: 1 }, executed: 1, within: 500 },
] as const)('a call that is $what fails, and was carried out $executed times', async (given) => {
  const { time, random, process } = start();
  let executed = 0;
  const link = new Link({
    process,
    time,
    random,
    weather: () => given.weather,
    toError: (call) => new Error(call),
    patience: 5_000,
  });
  let failedAt = 0;
  link
    .call('ask', () => {
      executed += 1;
    })
    .catch(() => {
      failedAt = time.now;
    });
  await time.run(10_000);
  expect(executed).toBe(given.executed);
  expect(failedAt).toBeGreaterThan(0);
  expect(failedAt).toBeLessThanOrEqual(given.within);
});

// A trap kills between the commit and its answer: the worst instant there is.
test('a process that dies with its answer has done what it asked for', async () => {
  const { time, random, process } = start();
  const seen: string[] = [];
  const link = new Link({
    process,
    time,
    random,
    weather: () => fair,
    fateOf: () => ({ kind: 'killed', when: 'after' }),
    toError: (call) => new Error(call),
    patience: 5_000,
  });
  void link.call('ask', () => seen.push('done')).then(() => seen.push('answered'));
  await time.run(10_000);
  expect(seen).toEqual(['done']);
  expect(process.state).toBe('dead');
});
