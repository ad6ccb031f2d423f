import { durationMs, epochMs } from '@dripfleet/domain';
import { describe, expect, test } from 'vitest';

import { FakeClock } from './fake-clock.ts';

const never = new AbortController().signal;

describe('FakeClock', () => {
  test('moves both its times together, and only when told', async () => {
    const clock = new FakeClock(epochMs(1_000));
    expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0]);
    await clock.advance(250);
    expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250]);
  });

  test('wakes sleepers in order, each at its own instant, equal ones first come first', async () => {
    const clock = new FakeClock(epochMs(0));
    const woken: string[] = [];
    const sleeper = async (name: string, ms: number) => {
      await clock.sleep(durationMs(ms), never);
      woken.push(`${name}@${clock.now()}`);
    };
    const all = [sleeper('c', 30), sleeper('a', 10), sleeper('b', 30), sleeper('later', 31)];
    await clock.advance(30);
    expect(woken).toEqual(['a@10', 'c@30', 'b@30']);
    expect(clock.sleeping).toBe(1);
    await clock.advance(1);
    await Promise.all(all);
  });

  test('runs a loop as often as it would run in that time', async () => {
    const clock = new FakeClock(epochMs(0));
    const stop = new AbortController();
    const ticks: number[] = [];
    const loop = async () => {
      for (;;) {
        await clock.sleep(durationMs(10), stop.signal);
        ticks.push(clock.now());
      }
    };
    const running = loop();
    await clock.advance(35);
    expect(ticks).toEqual([10, 20, 30]);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(clock.sleeping).toBe(0);
  });

  test('a signal that aborted before lets nobody sleep', async () => {
    const aborted = AbortSignal.abort(new Error('too late'));
    await expect(new FakeClock().sleep(durationMs(1), aborted)).rejects.toThrow('too late');
  });

  test('says when somebody sleeps, so that a test need not guess', async () => {
    const clock = new FakeClock();
    const two = clock.untilSleeping(2);
    const sleeps = [clock.sleep(durationMs(5), never), clock.sleep(durationMs(5), never)];
    await two;
    await clock.advance(5);
    await Promise.all(sleeps);
    expect(clock.sleeping).toBe(0);
  });
});
