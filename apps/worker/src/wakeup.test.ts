import { durationMs } from '@dripfleet/domain';
import { FakeClock } from '@dripfleet/testkit';
import { expect, test } from 'vitest';
import { Wakeup } from './wakeup.ts';

const never = new AbortController().signal;

test('a wake ends the wait', async () => {
  const wakeup = new Wakeup();
  const waiting = wakeup.wait(never);
  wakeup.wake();
  await expect(waiting).resolves.toBeUndefined();
});

test('a wake while nobody waits is not lost, and many are one', async () => {
  // Guards: a job that arrives between the last fetch and the wait.
  const clock = new FakeClock();
  const wakeup = new Wakeup();
  wakeup.wake();
  wakeup.wake();
  await wakeup.wait(never);
  const second = wakeup.waitFor(durationMs(1_000), { clock, signal: never });
  await clock.untilSleeping();
  // The second wake was one with the first: this wait lasts.
  expect(clock.sleeping).toBe(1);
  await clock.advance(1_000);
  await second;
});

test('waitFor ends when its time is over, or at a wake; its sleep ends with it', async () => {
  const clock = new FakeClock();
  const wakeup = new Wakeup();
  const late = wakeup.waitFor(durationMs(1_000), { clock, signal: never });
  await clock.untilSleeping();
  await clock.advance(1_000);
  await late;
  const woken = wakeup.waitFor(durationMs(1_000), { clock, signal: never });
  await clock.untilSleeping();
  wakeup.wake();
  await woken;
  expect(clock.sleeping).toBe(0);
});

test.each(['before', 'while'])('an abort %s it waits ends the wait', async (when) => {
  const clock = new FakeClock();
  const stop = new AbortController();
  if (when === 'before') stop.abort();
  const wakeup = new Wakeup();
  const waits = [
    wakeup.wait(stop.signal),
    new Wakeup().waitFor(durationMs(1_000), { clock, signal: stop.signal }),
  ];
  stop.abort();
  await Promise.all(waits);
  expect(clock.sleeping).toBe(0);
});
