import { type Clock, type DurationMs, epochMs } from '@dripfleet/domain';
import { expect, it } from 'vitest';
import { ConnectTurns } from './connect-turns.ts';

/** Time that passes by being slept, and a wall clock that says whatever it was set to. */
function clockOfSleepers() {
  let monotonic = 0;
  const wall = { now: 1_000_000 };
  const slept: number[] = [];
  const clock: Clock = {
    now: () => epochMs(wall.now),
    monotonic: () => monotonic,
    sleep: async (duration: DurationMs, signal) => {
      signal.throwIfAborted();
      slept.push(duration);
      monotonic += duration;
    },
  };
  return { clock, wall, slept, pass: (ms: number) => (monotonic += ms) };
}

const never = new AbortController().signal;

it('lets the first through at once, and the others ten a second', async () => {
  const { clock, slept, pass } = clockOfSleepers();
  const turns = new ConnectTurns(clock);
  await turns.take(never);
  expect(slept).toEqual([]);
  await Promise.all([turns.take(never), turns.take(never), turns.take(never)]);
  expect(slept).toEqual([100, 100, 100]);
  pass(250);
  await turns.take(never);
  expect(slept).toHaveLength(3);
});

// Guards against a worker that opens no session for an hour because its clock was an hour ahead for a moment.
it('goes by no wall clock', async () => {
  const { clock, wall, slept } = clockOfSleepers();
  const turns = new ConnectTurns(clock);
  wall.now += 3_600_000;
  await turns.take(never);
  wall.now -= 3_600_000;
  await turns.take(never);
  expect(slept).toEqual([100]);
});

// Guards against a fence that leaves 500 dead turns ahead of the sessions that are to be opened anew.
it('gives nobody a turn who was stopped meanwhile', async () => {
  const { clock, slept } = clockOfSleepers();
  const turns = new ConnectTurns(clock);
  await turns.take(never);
  const stopped = new AbortController();
  const dead = Array.from({ length: 500 }, () => turns.take(stopped.signal));
  stopped.abort();
  await Promise.all([...dead, turns.take(never)]);
  expect(slept).toEqual([100]);
});
