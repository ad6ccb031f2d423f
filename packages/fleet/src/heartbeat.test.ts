import { durationMs, type EpochMs, epochMs } from '@dripfleet/domain';
import { FakeClock } from '@dripfleet/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Heartbeat } from './heartbeat.ts';

const policy = {
  interval: durationMs(4_000),
  fenceAfter: durationMs(14_000),
  stealAfter: durationMs(24_000),
};

/** A clock whose wall time can be set, as an administrator or a resumed machine does it. */
class ShiftingClock extends FakeClock {
  shift = 0;
  override now(): EpochMs {
    return epochMs(super.now() + this.shift);
  }
}

let clock: ShiftingClock;
let heartbeat: Heartbeat;
let fences: { reason: string; trusted: boolean; generation: number }[];
/** How the next heartbeats are answered. */
let beat: () => Promise<void>;

beforeEach(() => {
  clock = new ShiftingClock();
  fences = [];
  beat = () => Promise.resolve();
  heartbeat = new Heartbeat({
    clock,
    policy,
    beat: () => beat(),
    fence: (reason) => {
      const { generation } = heartbeat;
      fences.push({ reason, trusted: heartbeat.isTrusted(generation), generation });
    },
  });
});

const isTrusted = (): boolean => heartbeat.isTrusted(heartbeat.generation);
const refuse = (): Promise<void> => Promise.reject(new Error('no database'));

describe('the deadline', () => {
  test('nothing is trusted before the first heartbeat', () => {
    expect(isTrusted()).toBe(false);
  });

  test('lasts fenceAfter, to the millisecond', async () => {
    await heartbeat.beatOnce();
    await clock.advance(13_999);
    expect(isTrusted()).toBe(true);
    await clock.advance(1);
    expect(isTrusted()).toBe(false);
  });

  test('counts from when the heartbeat was sent, not from its answer', async () => {
    // Guards: a slow answer prolonging a licence that Postgres began to count earlier.
    let answer: (() => void) | undefined;
    beat = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const beating = heartbeat.beatOnce();
    await clock.advance(5_000);
    answer?.();
    expect(await beating).toBe(true);
    await clock.advance(8_999);
    expect(isTrusted()).toBe(true);
    await clock.advance(1);
    expect(isTrusted()).toBe(false);
  });

  test('a heartbeat that fails prolongs nothing', async () => {
    await heartbeat.beatOnce();
    await clock.advance(10_000);
    beat = refuse;
    expect(await heartbeat.beatOnce()).toBe(false);
    await clock.advance(4_000);
    expect(isTrusted()).toBe(false);
  });

  test('another generation is never trusted', async () => {
    await heartbeat.beatOnce();
    expect(heartbeat.isTrusted(heartbeat.generation - 1)).toBe(false);
    expect(heartbeat.isTrusted(heartbeat.generation + 1)).toBe(false);
  });
});

describe('a passed deadline is never revived', () => {
  test('an answer that comes after it fences first, under a new generation that is not trusted yet', async () => {
    // Guards: a worker that was suspended waking up with a fresh licence for what it began before.
    await heartbeat.beatOnce();
    const before = heartbeat.generation;
    await clock.advance(14_000);
    expect(await heartbeat.beatOnce()).toBe(true);
    expect(fences).toEqual([{ reason: 'late_heartbeat', trusted: false, generation: before + 1 }]);
    expect(heartbeat.isTrusted(before)).toBe(false);
    expect(isTrusted()).toBe(true);
  });

  test('an answer on its way when it passed does too', async () => {
    await heartbeat.beatOnce();
    const before = heartbeat.generation;
    await clock.advance(12_000);
    beat = async () => await clock.advance(3_000);
    await heartbeat.beatOnce();
    expect(fences).toHaveLength(1);
    expect(heartbeat.isTrusted(before)).toBe(false);
  });

  test('an answer in time fences nothing', async () => {
    await heartbeat.beatOnce();
    await clock.advance(13_999);
    await heartbeat.beatOnce();
    expect(fences).toEqual([]);
    expect(heartbeat.generation).toBe(1);
  });
});

describe('running', () => {
  let stop: AbortController;
  let running: Promise<void>;
  beforeEach(async () => {
    stop = new AbortController();
    await heartbeat.beatOnce();
    running = heartbeat.run(stop.signal);
    await clock.untilSleeping(2);
  });
  afterEach(async () => {
    stop.abort();
    await running;
    expect(clock.sleeping).toBe(0);
  });

  test('beats every interval and never fences while it is answered', async () => {
    let beats = 0;
    beat = () => {
      beats += 1;
      return Promise.resolve();
    };
    await clock.advance(60_000);
    expect(beats).toBe(15);
    expect(fences).toEqual([]);
    expect(isTrusted()).toBe(true);
  });

  test('one that failed is repeated within half a second', async () => {
    // Guards: a single lost answer that uses up a third of the time until the fence.
    let beats = 0;
    beat = () => {
      beats += 1;
      return beats === 1 ? refuse() : Promise.resolve();
    };
    await clock.advance(4_000);
    expect(beats).toBe(1);
    await clock.advance(500);
    expect(beats).toBe(2);
  });

  test('without an answer it fences by itself at fenceAfter, once', async () => {
    // Guards: sessions staying open beyond the deadline because nobody sent anything that asked the gate.
    beat = refuse;
    await clock.advance(13_999);
    expect(fences).toEqual([]);
    await clock.advance(1);
    expect(fences.map(({ reason }) => reason)).toEqual(['no_heartbeat']);
    await clock.advance(60_000);
    expect(fences).toHaveLength(1);
  });

  test('a heartbeat that never ends does not keep the fence from falling', async () => {
    let end: (() => void) | undefined;
    beat = () =>
      new Promise((resolve) => {
        end = resolve;
      });
    await clock.advance(14_000);
    expect(fences.map(({ reason }) => reason)).toEqual(['no_heartbeat']);
    end?.();
  });

  test('after an outage it is trusted again, under a new generation', async () => {
    beat = refuse;
    await clock.advance(20_000);
    beat = () => Promise.resolve();
    await clock.advance(4_000);
    expect(heartbeat.generation).toBe(2);
    expect(isTrusted()).toBe(true);
    expect(heartbeat.isTrusted(1)).toBe(false);
  });
});

describe('stealing', () => {
  const beats = async (count: number, gap: number = policy.interval) => {
    for (let n = 0; n < count; n += 1) {
      await heartbeat.beatOnce();
      await clock.advance(gap);
    }
  };

  test('is allowed only after stealAfter of heartbeats without a gap', async () => {
    await beats(6);
    expect(heartbeat.maySteal).toBe(false);
    await beats(1);
    expect(heartbeat.maySteal).toBe(true);
  });

  test('a gap begins the count anew', async () => {
    // Guards: after an outage of Postgres every worker seeing all others dead at once.
    await beats(10);
    beat = refuse;
    await beats(3);
    beat = () => Promise.resolve();
    await beats(1);
    expect(heartbeat.maySteal).toBe(false);
    await beats(5);
    expect(heartbeat.maySteal).toBe(false);
    await beats(1);
    expect(heartbeat.maySteal).toBe(true);
  });

  test('one heartbeat that failed is no gap', async () => {
    await beats(10);
    beat = refuse;
    await beats(1);
    beat = () => Promise.resolve();
    await beats(1);
    expect(heartbeat.maySteal).toBe(true);
  });
});

describe('the two clocks', () => {
  beforeEach(async () => {
    await heartbeat.beatOnce();
    await clock.advance(1_000);
  });

  test.each([2_000, -2_000])('%i ms apart are trusted', (shift) => {
    clock.shift = shift;
    expect(isTrusted()).toBe(true);
  });

  test.each([2_001, -2_001, 60_000])(
    '%i ms apart are not: the machine slept, or its clock was set',
    (shift) => {
      // Guards: a suspended machine, where the monotonic clock stands still and the deadline seems far away.
      clock.shift = shift;
      expect(isTrusted()).toBe(false);
    },
  );

  test('agree again from the next heartbeat on', async () => {
    clock.shift = 60_000;
    await heartbeat.beatOnce();
    expect(isTrusted()).toBe(true);
  });

  // Guards: a machine that was suspended past the deadline and goes on as if nothing had been, with its devices taken
  // meanwhile: its monotonic clock stood still. A seed of the simulation found it connecting another's device.
  test('a machine that slept past the deadline is fenced by its next heartbeat', async () => {
    await heartbeat.beatOnce();
    const { generation } = heartbeat;
    clock.shift += 14_000;
    await heartbeat.beatOnce();
    expect(fences).toEqual([
      { reason: 'late_heartbeat', trusted: false, generation: generation + 1 },
    ]);
    expect(heartbeat.isTrusted(generation)).toBe(false);
    expect(isTrusted()).toBe(true);
  });

  test.each([13_999, -3_600_000])('a jump of %d ms fences nothing', async (jump) => {
    await heartbeat.beatOnce();
    clock.shift += jump;
    await heartbeat.beatOnce();
    expect(fences).toEqual([]);
    expect(isTrusted()).toBe(true);
  });

  // Guards: after an outage of Postgres that a machine slept through, everybody looks dead to it.
  test('time slept is a gap between heartbeats', async () => {
    for (let beats = 0; beats <= 6; beats += 1) {
      await heartbeat.beatOnce();
      await clock.advance(4_000);
    }
    expect(heartbeat.maySteal).toBe(true);
    clock.shift += 60_000;
    await heartbeat.beatOnce();
    expect(heartbeat.maySteal).toBe(false);
  });
});
