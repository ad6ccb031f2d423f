import { deviceId, durationMs, type PacingPolicy, transmissionGuard } from '@dripfleet/domain';
import { describe, expect, test } from 'vitest';
import { DevicePacer } from './device-pacer.ts';

const device = deviceId(7);
const policy = (max: number, window: number, gap: [number, number] = [0, 0]): PacingPolicy => ({
  caps: [{ max, window: durationMs(window) }],
  gap: { min: durationMs(gap[0]), max: durationMs(gap[1]) },
});
const fresh = (of: PacingPolicy) => new DevicePacer(device, of, { past: [], monotonic: 0 });

test('a device without a past may send at once', () => {
  expect(fresh(policy(1, 60_000)).earliest).toBe(Number.NEGATIVE_INFINITY);
});

test('a transmission under way counts for as long as its frame may still be on its way', () => {
  const pacer = fresh(policy(1, 60_000));
  pacer.begin(1_000);
  expect(pacer.earliest).toBe(1_000 + transmissionGuard + 60_001);
});

test('an answer settles how long it counts', () => {
  const pacer = fresh(policy(1, 60_000));
  pacer.answered(pacer.begin(1_000), 1_300);
  expect(pacer.earliest).toBe(61_301);
});

test('what certainly did not leave does not count', () => {
  const pacer = fresh(policy(1, 60_000));
  pacer.drop(pacer.begin(1_000));
  expect(pacer.earliest).toBe(Number.NEGATIVE_INFINITY);
});

test('an answer that never came counts longest, and orders itself behind later ones', () => {
  // Guards: the history out of order, and the wrong transmission taken for the one that leaves the window.
  const pacer = fresh(policy(2, 60_000));
  pacer.begin(1_000);
  pacer.answered(pacer.begin(2_000), 2_100);
  pacer.answered(pacer.begin(3_000), 3_100);
  // In order of `until`: 2.1 s, 3.1 s, 26 s. The second last leaves first.
  expect(pacer.earliest).toBe(3_100 + 60_001);
});

test('the same answer until something is transmitted: asking again draws no other gap', () => {
  const pacer = fresh(policy(1_000, 1_000, [5_000, 15_000]));
  pacer.answered(pacer.begin(0), 100);
  const first = pacer.earliest;
  expect(pacer.earliest).toBe(first);
  expect(first).toBeGreaterThanOrEqual(5_000);
  expect(first).toBeLessThanOrEqual(15_000);
  pacer.answered(pacer.begin(first), first);
  expect(pacer.earliest - first).not.toBe(first);
});

test('the gap is kept after the latest message, though an earlier one was never answered', () => {
  // Guards: the one without an answer stays last in the order of windows, and nothing would be waited for.
  const pacer = fresh(policy(1_000, 1_000, [5_000, 5_000]));
  pacer.begin(0);
  pacer.answered(pacer.begin(8_000), 8_100);
  expect(pacer.earliest).toBe(13_000);
});

test('no more than the cap in any window, however long it runs', () => {
  const pacer = fresh(policy(5, 10_000));
  const sent: number[] = [];
  let now = 0;
  for (let n = 0; n < 200; n += 1) {
    now = Math.max(now, pacer.earliest);
    pacer.answered(pacer.begin(now), now + 10);
    sent.push(now + 10);
    now += 10;
  }
  const spans = sent.slice(5).map((at, n) => at - (sent[n] ?? Infinity));
  expect(Math.min(...spans)).toBeGreaterThan(10_000);
});

describe('the past of a device', () => {
  const past = (begun: number, acked?: number) => ({
    deviceId: device,
    begun: durationMs(begun),
    acked: acked === undefined ? undefined : durationMs(acked),
  });

  test('counts as if it had been this worker\u2019s', () => {
    // Guards invariant 9 at a hand-over: a fresh owner with a fresh allowance.
    const pacer = new DevicePacer(device, policy(2, 60_000), {
      past: [past(30_500, 30_000), past(10_500, 10_000)],
      monotonic: 1_000_000,
    });
    expect(pacer.earliest).toBe(1_000_000 - 30_000 + 60_001);
  });

  test('without an answer it counts as long as it may have been on its way', () => {
    const pacer = new DevicePacer(device, policy(1, 60_000), {
      past: [past(30_000)],
      monotonic: 1_000_000,
    });
    expect(pacer.earliest).toBe(970_000 + transmissionGuard + 60_001);
  });

  test('is put in order, whatever order it came in', () => {
    const pacer = new DevicePacer(device, policy(1, 60_000), {
      past: [past(10_500, 10_000), past(30_500, 30_000)],
      monotonic: 1_000_000,
    });
    expect(pacer.earliest).toBe(990_000 + 60_001);
  });
});
